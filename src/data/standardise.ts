/** Inputs with mean 0 and standard deviation 1 in every column, measured on the training rows alone. */
import { DataError, ShapeError } from '../errors.ts';
import type { Dataset, Splits } from './dataset.ts';
import type { NumberArray } from './number-array.ts';

/** What is subtracted from and then divided out of each column of the inputs, in the inputs' own units. */
export interface Standardisation {
  readonly mean: readonly number[];
  /** Of the population (divided by n), as scikit-learn's StandardScaler; 1 for a column that is constant. */
  readonly standardDeviation: readonly number[];
}

/**
 * The splits with inputs (x − mean) / standardDeviation. Both are measured on `train` only, in float64, one pair for
 * each place of the last axis: a column of [rows, features], a channel of [rows, height, width, channels]. The result
 * keeps them as `standardisation`, for {@link applyStandardisation} on new rows. Throws a DataError if the splits are
 * standardised already.
 */
export function standardise<Parts extends Splits>(splits: Parts): Parts {
  if (splits.standardisation) throw new DataError('standardise: these splits are standardised already');
  const standardisation = measureStandardisation(splits.train.inputs);
  const apply = (part: Dataset): Dataset =>
    part.withInputs(applyStandardisation(part.inputs, standardisation));
  return {
    ...splits,
    train: apply(splits.train),
    validation: splits.validation && apply(splits.validation),
    test: splits.test && apply(splits.test),
    standardisation,
  };
}

/** New inputs [..., features] on the scale of the training inputs. Throws a ShapeError for another number of features. */
export function applyStandardisation(
  inputs: NumberArray,
  { mean, standardDeviation }: Standardisation,
): NumberArray {
  const features = mean.length;
  if (inputs.shape.at(-1) !== features)
    throw new ShapeError('applyStandardisation', `[..., ${features}]`, inputs.shape);
  const scaled = Float32Array.from(
    inputs.values,
    (value, i) => (value - (mean[i % features] ?? 0)) / (standardDeviation[i % features] ?? 1),
  );
  return { values: scaled, shape: inputs.shape };
}

/** Mean and standard deviation over all rows, one pair for each place of the last axis. */
export function measureStandardisation({ values, shape }: NumberArray): Standardisation {
  const features = shape.at(-1) ?? 1;
  const count = values.length / features;
  const columnMeans = (term: (value: number, column: number) => number): number[] => {
    const sums = new Float64Array(features);
    values.forEach((value, i) => {
      const column = i % features;
      sums[column] = (sums[column] ?? 0) + term(value, column);
    });
    return Array.from(sums, (sum) => sum / count);
  };
  // A sum of equal float32 numbers is exact in float64, so a constant column has a variance of exactly 0.
  const mean = columnMeans((value) => value);
  const variance = columnMeans(
    (value, column) => (value - (mean[column] ?? 0)) * (value - (mean[column] ?? 0)),
  );
  return { mean, standardDeviation: variance.map((square) => Math.sqrt(square) || 1) };
}
