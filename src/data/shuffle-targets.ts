/** A control for anything that claims to have learnt: the same rows with their targets dealt out anew. */
import type { Rng } from '../random/rng.ts';
import { Dataset, type Task } from './dataset.ts';
import { takeRows } from './number-array.ts';

/** The data set with its targets permuted over the rows: same inputs, same shares of the classes, nothing to learn. */
export function shuffleTargets<T extends Task>(data: Dataset<T>, rng: Rng): Dataset<T> {
  return new Dataset({
    ...data.fields,
    name: `${data.name} with shuffled targets`,
    targets: takeRows(data.targets, rng.permutation(data.rows)),
  });
}
