/** Kinds of options: what each refuses, whatever the schedule. */
import { constant } from '../../src/schedules/schedule.ts';
import { NO_NUMBERS } from '../no-numbers.ts';

/** What an option of this kind refuses and, at its edges, takes. */
export interface Kind {
  readonly bad: readonly unknown[];
  readonly good: readonly unknown[];
}

export const number = (bad: readonly number[], good: readonly number[]): Kind => ({
  bad: [...NO_NUMBERS, ...bad],
  good,
});

export const rate = number([-1, -1e-300], [0, 1e-300, 10]);
export const positive = number([-1, 0], [1e-300, 10]);
export const steps = number([-1, 0, 0.5, 1.5, 1e308], [1, 2 ** 40]);
export const epochs = number([-1, 0.5, 1e308], [0, 2 ** 40]);
export const factor = number([-1, 0, 1.0001], [1e-300, 1]);
export const openFactor = number([-1, 0, 1], [1e-300, 0.999]);
export const switches: Kind = { bad: ['true', 0, null], good: [true, false] };
export const word = (...words: readonly string[]): Kind => ({ bad: ['other', 0, null, true], good: words });
export const series: Kind = { bad: ['', 0, null, []], good: ['loss'] };
export const increasing: Kind = {
  bad: ['1', 1, null, [0], [-1], [1.5], [Number.NaN], [2, 2], [3, 1], ['1']],
  good: [[1], [7]],
};
export const schedule: Kind = { bad: [0.1, null, '0.1', {}], good: [constant(1)] };
