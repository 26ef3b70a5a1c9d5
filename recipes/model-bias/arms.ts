/** The models that `model-bias` compares, and what each came to. */
import type { Nets } from './nets.ts';
import type { text } from './text.ts';

/** Nets on a curve; `constructed` ones are not trained. */
export interface CurveArm extends Nets {
  readonly start: 'drawn' | 'constructed';
}

/** A model of the weekly series: how many days before it sees, and the units of its hidden layers. */
export interface SeriesArm {
  readonly lags: number;
  readonly hidden: readonly number[];
  /** Of Adam at the first update; it falls to 0. */
  readonly rate: number;
}

export type ArmName = keyof typeof text.arms;

const drawn = { curve: 'bent', start: 'drawn', nets: 10 } as const;
const relu = (units: number, nets = 10): CurveArm => ({
  ...drawn,
  activation: 'relu',
  units,
  nets,
  rate: 0.01,
});

export const armsOf = (): Readonly<Record<ArmName, CurveArm | SeriesArm>> => ({
  line: { ...drawn, activation: 'none', units: 3, rate: 0.1 },
  sigmoids: { ...drawn, activation: 'sigmoid', units: 3, rate: 0.1 },
  constructed: { ...relu(6, 1), start: 'constructed' },
  pair: { ...relu(2), curve: 'ramp', rate: 0.03 },
  relu6: relu(6),
  relu20: relu(20, 5),
  relu60: relu(60, 5),
  relu200: relu(200, 4),
  day: { lags: 1, hidden: [], rate: 0.02 },
  dayNet: { lags: 1, hidden: [100], rate: 0.003 },
  week: { lags: 7, hidden: [], rate: 0.02 },
  fortnight: { lags: 14, hidden: [], rate: 0.02 },
  units10: { lags: 14, hidden: [10], rate: 0.003 },
  units100: { lags: 14, hidden: [100], rate: 0.003 },
  layers1: { lags: 14, hidden: [64], rate: 0.003 },
  layers2: { lags: 14, hidden: [64, 64], rate: 0.003 },
  layers3: { lags: 14, hidden: [64, 64, 64], rate: 0.003 },
});

/** The data of one run: of nets on a curve, or of a model of the series. */
export type Outcome = {
  /** Unknowns of one model. */
  readonly parameters: number;
  /** The lowest mean squared error among the nets, by that of the best line. */
  readonly ofTheLine?: number;
  /** The share of the curve's variance that the median net leaves unexplained. */
  readonly unexplained?: number;
  /** The share of the nets that found the curve. */
  readonly found?: number;
  /** Of the first net, anywhere. */
  readonly largestError?: number;
  /** The first nets at the points. */
  readonly fits?: readonly (readonly number[])[];
  /** Mean absolute error on the days it learnt, in thousands of views. */
  readonly seriesError?: number;
};
