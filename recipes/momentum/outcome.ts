/** What an arm of `momentum` came to. */

/** A quantity after each number of updates. */
type Series = { readonly steps: readonly number[]; readonly values: readonly number[] };

/** The data of one run. */
export type Outcome = {
  /** The share of the balls that passed the bump, by `HEIGHTS`. */
  readonly passed: readonly number[];
  /** The share of the balls in the valley behind the plateau. */
  readonly arrived: number;
  /** The share of the balls at rest in the bent bowl. */
  readonly settled: number;
  /** p of updates ~ κ^p. */
  readonly exponent: number;
  readonly unlikeTheSum: number;
  /** Mean cross-entropy of all images after the last update. */
  readonly fullBatchLoss: number;
  readonly smallBatchLoss: number;
  /** The place of the first ball before each update. */
  readonly ball: readonly number[];
  readonly overPlateau: readonly number[];
  readonly cycle: readonly number[];
  readonly bowls: readonly {
    readonly condition: number;
    readonly updates: number;
    readonly path: readonly (readonly [x: number, y: number])[];
  }[];
  readonly learning: Series;
};
