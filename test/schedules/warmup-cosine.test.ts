import { describe, expect, test } from 'vitest';
import { constant } from '../../src/schedules/schedule.ts';
import { warmupCosine } from '../../src/schedules/warmup-cosine.ts';
import { absoluteError, DOUBLE } from '../tolerances.ts';

describe('warmupCosine', () => {
  const schedule = warmupCosine({ peak: 0.4, warmupSteps: 4, totalSteps: 12 });

  // Warm-up 0, 0.1, …; from step 4 on 0.2 (1 + cos(π (t − 4) / 8)).
  test.each([
    [0, 0],
    [1, 0.1],
    [3, 0.30000000000000004],
    [4, 0.4],
    [8, 0.2],
    [10, 0.2 * (1 - Math.SQRT1_2)],
    [12, 0],
    [1e9, 0],
  ])('step %i', (step, rate) => {
    expect(Math.abs(schedule(step) - rate)).toBeLessThanOrEqual(DOUBLE);
  });

  test('start, end and no warm-up', () => {
    const other = warmupCosine({ peak: 1, warmupSteps: 2, totalSteps: 4, start: 0.5, end: 0.2 });
    expect(absoluteError([0, 1, 2, 3, 4, 5].map(other), [0.5, 0.75, 1, 0.6, 0.2, 0.2])).toBeLessThanOrEqual(
      DOUBLE,
    );
    expect(warmupCosine({ peak: 1, warmupSteps: 0, totalSteps: 4 })(0)).toBe(1);
  });

  test('is pure: calls in any order give the same rates', () => {
    const forward = [0, 1, 2, 3, 9].map(schedule);
    expect([9, 3, 2, 1, 0].map(schedule).toReversed()).toEqual(forward);
  });

  test('refuses wrong options, all in one message', () => {
    expect(() => warmupCosine({ peak: -1, warmupSteps: 1.5, totalSteps: 0 })).toThrow(
      'warmupCosine: peak must be > 0, received -1; warmupSteps must be a whole number, received 1.5; totalSteps must be > 0, received 0',
    );
    expect(() => warmupCosine({ peak: 1, warmupSteps: 4, totalSteps: 4 })).toThrow(
      'warmupSteps must be below totalSteps, received 4',
    );
    expect(() => warmupCosine({ peak: 1, warmupStep: 1, warmupSteps: 1, totalSteps: 4 } as never)).toThrow(
      'warmupStep is not an option, received 1 (did you mean "warmupSteps"?)',
    );
  });
});

test('constant', () => {
  expect([0, 7, 1e9].map(constant(0.3))).toEqual([0.3, 0.3, 0.3]);
});
