/** Classes as clouds of points around given centres. */
import { OptionError, type OptionProblem } from '../errors.ts';
import type { Rng } from '../random/rng.ts';
import { Dataset } from './dataset.ts';

/** The options of {@link gaussianBlobs}. */
export interface GaussianBlobsOptions {
  /** The centre of each class, [classes][features]. */
  readonly centres: readonly (readonly number[])[];
  /** An integer ≥ 1. */
  readonly rowsPerClass: number;
  /** Of each feature around its centre, ≥ 0. */
  readonly standardDeviation: number;
}

/**
 * Points normal around their class's centre, `rowsPerClass` of each class, class after class. Inputs [rows, features];
 * the target is the place of the centre in `centres`. No numbers are drawn from `rng` itself. Throws an OptionError.
 */
export function gaussianBlobs(options: GaussianBlobsOptions, rng: Rng): Dataset<'classification'> {
  checkOptions(options);
  const { centres, rowsPerClass, standardDeviation } = options;
  const features = centres[0]?.length ?? 0;
  const rows = centres.length * rowsPerClass;
  const offsets = rng.split('offsets').normal(rows * features);
  const classOf = (row: number): number => Math.floor(row / rowsPerClass);
  const inputs = Float64Array.from(offsets, (offset, i) => {
    const centre = centres[classOf(Math.floor(i / features))];
    return (centre?.[i % features] ?? 0) + standardDeviation * offset;
  });
  return new Dataset({
    name: 'Gaussian blobs',
    task: 'classification',
    inputs: { values: inputs, shape: [rows, features] },
    targets: { values: Int32Array.from({ length: rows }, (_, row) => classOf(row)), shape: [rows] },
    classes: centres.length,
  });
}

function checkOptions({ centres, rowsPerClass, standardDeviation }: GaussianBlobsOptions): void {
  const problems: OptionProblem[] = [];
  const features = centres[0]?.length ?? 0;
  const even = centres.length >= 2 && features >= 1 && centres.every((centre) => centre.length === features);
  if (!even || !centres.flat().every(Number.isFinite)) {
    const rule = 'must be at least two centres of as many finite numbers';
    problems.push({ path: 'centres', rule, received: centres });
  }
  if (!Number.isSafeInteger(rowsPerClass) || rowsPerClass < 1)
    problems.push({ path: 'rowsPerClass', rule: 'must be an integer >= 1', received: rowsPerClass });
  if (!(standardDeviation >= 0 && Number.isFinite(standardDeviation)))
    problems.push({
      path: 'standardDeviation',
      rule: 'must be a finite number >= 0',
      received: standardDeviation,
    });
  if (problems.length > 0) throw new OptionError('gaussianBlobs', problems);
}
