/** Every table of `test/reference/schedules.json`: the schedules of PyTorch and optax, and plateaus of PyTorch. */
import { describe, expect, test } from 'vitest';
import { reduceOnPlateau, type ReduceOnPlateauOptions } from '../../src/schedules/reduce-on-plateau.ts';
import type { Schedule } from '../../src/schedules/schedule.ts';
import { readReference } from '../reference/read-reference.ts';
import { DOUBLE, relativeError } from '../tolerances.ts';
import { type ScheduleName, SCHEDULES } from './schedule-makers.ts';

interface Described {
  readonly schedule: ScheduleName;
  readonly options: Readonly<Record<string, unknown>> & { readonly schedules?: readonly Described[] };
}

interface Table extends Described {
  readonly steps: readonly number[];
  readonly rates: readonly number[];
  /** The last step of the table, and the sum of all rates from step 0 up to it. */
  readonly last: number;
  readonly sum: number;
}

interface Plateau {
  readonly values: readonly number[];
  readonly runs: readonly {
    readonly options: Omit<ReduceOnPlateauOptions, 'from'>;
    readonly changes: readonly (readonly [epoch: number, rate: number])[];
  }[];
}

const reference = readReference('schedules') as { tables: readonly Table[]; plateaus: readonly Plateau[] };

function made({ schedule, options: { schedules, ...options } }: Described): Schedule {
  return SCHEDULES[schedule].make(schedules ? { ...options, schedules: schedules.map(made) } : options);
}

describe('tables', () => {
  const name = ({ schedule, options }: Described): string => `${schedule} ${JSON.stringify(options)}`;

  test.each(reference.tables.map((table) => [name(table), table] as const))('%s', (_name, table) => {
    const schedule = made(table);
    expect(relativeError(table.steps.map(schedule), table.rates)).toBeLessThanOrEqual(DOUBLE);
    let sum = 0;
    for (let step = 0; step <= table.last; step++) sum += schedule(step);
    expect(relativeError([sum], [table.sum])).toBeLessThanOrEqual(DOUBLE);
  });

  test('there is one of every schedule that a reference can have', () => {
    const without: ScheduleName[] = ['constant', 'scaleSchedule'];
    const covered = new Set([...reference.tables.map(({ schedule }) => schedule), ...without]);
    expect([...covered].toSorted()).toEqual(Object.keys(SCHEDULES).toSorted());
  });
});

test('reduceOnPlateau lowers the rate at the epochs of PyTorch, to the same rates, on fifty curves', () => {
  expect(reference.plateaus).toHaveLength(50);
  for (const { values, runs } of reference.plateaus) {
    for (const { options, changes } of runs) {
      const controller = reduceOnPlateau({ from: 0.1, ...options });
      const found: [number, number][] = [];
      for (const [epoch, value] of values.entries()) {
        const before = controller(0);
        controller.onEpochEnd(epoch, { 'validation/loss': value });
        const after = controller(0);
        if (after !== before) found.push([epoch, after]);
      }
      expect(found, JSON.stringify(options)).toEqual(changes);
    }
  }
});
