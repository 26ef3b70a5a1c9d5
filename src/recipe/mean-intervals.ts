/** The intervals of a scatter figure: the mean of each arm over its seeds. */
import type { ScatterFigure } from '../result/figure.ts';
import { tInterval } from '../statistics/intervals.ts';
import type { ArmValue } from './runs.ts';

/** The 95 % t-interval of the mean of each arm, drawn at the x that `places` gives the arm. */
export function meanIntervals<Arm extends string>(
  values: readonly ArmValue<Arm, number>[],
  places: Readonly<Partial<Record<Arm, number>>>,
): NonNullable<ScatterFigure['intervals']> {
  return (Object.entries(places) as [Arm, number][]).map(([arm, x]) => {
    const { low, high } = tInterval(values.filter((value) => value.arm === arm).map(({ value }) => value));
    return { series: arm, x, low, high };
  });
}
