/** Learning-rate schedules: pure functions from the step, counted from 0, to the rate of that update. */

/** The learning rate of update `step` (from 0). Pure: the same step gives the same rate, in any order of calls. */
export type Schedule = (step: number) => number;

/** A fixed rate or a schedule. */
export type LearningRate = number | Schedule;

/** A rate that never changes. */
export function constant(rate: number): Schedule {
  return () => rate;
}
