/** A data set from the arrays that a user has: nested lists of numbers, or typed arrays with a shape. */
import { DataError, OptionError, quote } from '../errors.ts';
import { Dataset, type Source, type Task } from './dataset.ts';
import type { UncheckedArray } from './number-array.ts';

/** Numbers in nested lists of equal lengths, `[[1, 2], [3, 4]]`; the innermost may be typed arrays. */
export type NestedNumbers = ArrayLike<number> | readonly NestedNumbers[];

/** The options of {@link datasetFrom}. */
export interface DatasetOptions {
  /** [rows, ...features]. One number a row is written `[[1], [2]]`. */
  readonly inputs: NestedNumbers | UncheckedArray;
  /** Classification: class indices [rows]. Regression: [rows, outputs], or [rows] for one output. */
  readonly targets: NestedNumbers | UncheckedArray;
  /**
   * Needed where all targets are whole numbers, which may be either.
   * @default 'classification' if `classes` or `classNames` is given, 'regression' if a target has a fraction
   */
  readonly task?: Task;
  /** Names the data in errors and reports. @default 'data' */
  readonly name?: string;
  /** The number of classes. @default that of `classNames`, else one more than the highest target; 0 for regression */
  readonly classes?: number;
  /** What each row counts in losses, [rows], numbers >= 0. @default null: every row counts 1 */
  readonly weights?: ArrayLike<number> | null;
  /** @default null */
  readonly classNames?: readonly string[] | null;
  /** One name for each place of the last axis of the inputs. @default null */
  readonly featureNames?: readonly string[] | null;
  /** @default null */
  readonly source?: Source | null;
}

/**
 * A data set from plain arrays. Throws an OptionError if the task is left open, a DataError for ragged lists and what
 * is no finite number or no class index (with row and column), a ShapeError if inputs and targets do not fit together.
 *
 * @example
 * ```ts
 * datasetFrom({ inputs: [[0, 0], [0, 1]], targets: [0, 1], task: 'classification' });
 * const pixels = new Float32Array(2 * 8 * 8);
 * datasetFrom({ inputs: { values: pixels, shape: [2, 8, 8, 1] }, targets: [0, 1], classNames: ['cat', 'dog'] });
 * ```
 */
export function datasetFrom<T extends Task>(options: DatasetOptions & { readonly task: T }): Dataset<T>;
export function datasetFrom(options: DatasetOptions): Dataset;
export function datasetFrom(options: DatasetOptions): Dataset {
  const { name = 'data', weights = null, classNames = null, featureNames = null, source = null } = options;
  const inputs = toArray(`${name} inputs`, options.inputs);
  const targets = toArray(`${name} targets`, options.targets);
  const task = options.task ?? inferTask(options, targets.values);
  const common = { name, task, inputs, weights, classNames, featureNames, source };
  if (task === 'classification') {
    const classes = options.classes ?? classNames?.length ?? highestIndex(targets.values) + 1;
    return new Dataset({ ...common, targets, classes });
  }
  const [rows = 0] = targets.shape;
  const columns = targets.shape.length === 1 ? { values: targets.values, shape: [rows, 1] } : targets;
  return new Dataset({ ...common, targets: columns, classes: options.classes ?? 0 });
}

/** A data set as it is, or made of plain arrays. */
export function asDataset(data: Dataset | DatasetOptions): Dataset {
  if (data instanceof Dataset) return data;
  const given: unknown = data;
  if (typeof given === 'object' && given !== null && 'inputs' in given && 'targets' in given)
    return datasetFrom(data);
  const hint =
    typeof given === 'object' && given !== null && 'train' in given
      ? '; of splits give one, such as data.test'
      : '';
  throw new DataError(`expected a Dataset or { inputs, targets }, received ${quote(given)}${hint}`);
}

function inferTask({ classes, classNames }: DatasetOptions, targets: ArrayLike<number>): Task {
  if (classes !== undefined || classNames) return 'classification';
  if (Array.from(targets).some((value) => !Number.isInteger(value))) return 'regression';
  const rule =
    "must be 'classification' or 'regression' where all targets are whole numbers, which may be either";
  throw new OptionError('datasetFrom', [{ path: 'task', rule }]);
}

function highestIndex(targets: ArrayLike<number>): number {
  let highest = 0;
  for (const value of Array.from(targets)) if (Number.isInteger(value) && value > highest) highest = value;
  return highest;
}

/** Nested lists as one row-major array. Throws a DataError, which begins with `what`, where they are ragged. */
export function toArray(what: string, source: NestedNumbers | UncheckedArray): UncheckedArray {
  if ('shape' in source && (Array.isArray(source.values) || ArrayBuffer.isView(source.values))) return source;
  if ('shape' in source || !isList(source))
    throw new DataError(
      `${what}: must be lists of numbers or { values, shape }; of a tensor x: { values: await x.data(), shape: x.shape }`,
    );
  const shape: number[] = [];
  for (let level: NestedNumbers | number | undefined = source; isList(level); level = level[0]) {
    shape.push(level.length);
  }
  const values: number[] = [];
  flatten(what, source, shape, [], values);
  return { values, shape };
}

/** Appends the numbers of a nested list to `values`; every list at one depth must have the length that `shape` says. */
function flatten(
  what: string,
  item: NestedNumbers | number | undefined,
  shape: readonly number[],
  path: number[],
  values: number[],
): void {
  const length = shape[path.length];
  if (length === undefined && typeof item === 'number') {
    values.push(item);
  } else if (length !== undefined && isList(item) && item.length === length) {
    for (let i = 0; i < length; i++) {
      path.push(i);
      flatten(what, item[i], shape, path, values);
      path.pop();
    }
  } else {
    const expected = length === undefined ? 'a number' : `a list of ${length} like the first`;
    const received = isList(item) ? `a list of ${item.length}` : quote(item);
    throw new DataError(
      `${what}: expected ${expected} at [${path.join(', ')}] (counted from 0), received ${received}`,
    );
  }
}

function isList(item: NestedNumbers | number | undefined): item is NestedNumbers {
  return Array.isArray(item) || ArrayBuffer.isView(item);
}
