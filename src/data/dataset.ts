/** A data set: inputs, targets and what is known about them, checked once and never changed; and its seeded splits. */
import { DataError, OptionError, ShapeError, type OptionProblem } from '../errors.ts';
import type { Rng } from '../random/rng.ts';
import { classArray, finiteArray, takeRows, type NumberArray, type UncheckedArray } from './number-array.ts';
import { splitRows, type SplitOptions } from './split.ts';
import type { Standardisation } from './standardise.ts';

/** What is learnt: quantities or classes. */
export type Task = 'regression' | 'classification';

/** Where data come from and under which terms. */
export interface Source {
  readonly title: string;
  readonly url?: string;
  readonly licence: string;
  readonly citation: string;
}

/** What a {@link Dataset} is made of. */
export interface DatasetFields<T extends Task = Task> {
  /** Names the data in errors and reports. */
  readonly name: string;
  readonly task: T;
  /** [rows, ...features], finite; stored as float32. */
  readonly inputs: UncheckedArray;
  /** Classification: class indices [rows], stored as int32. Regression: [rows, outputs], finite, stored as float32. */
  readonly targets: UncheckedArray;
  /** The number of classes; 0 for regression. */
  readonly classes: number;
  /** What each row counts, [rows], numbers >= 0, not all 0. @default null: every row counts 1 */
  readonly weights?: ArrayLike<number> | null;
  /** One name a class. @default null */
  readonly classNames?: readonly string[] | null;
  /** One name for each place of the last axis of the inputs. @default null */
  readonly featureNames?: readonly string[] | null;
  /** @default null */
  readonly source?: Source | null;
}

/** The parts of one data set; a part that was not asked for is null. Standardise them together: `standardise(data.split(…))`. */
export interface Splits<T extends Task = Task, Asked extends SplitOptions = SplitOptions> {
  readonly train: Dataset<T>;
  readonly validation: Part<T, Asked, 'validation'>;
  readonly test: Part<T, Asked, 'test'>;
  readonly task: T;
  /** The number of classes; 0 for regression. */
  readonly classes: number;
  readonly classNames: readonly string[] | null;
  /** What `standardise` did to the inputs; null while they are as they came. */
  readonly standardisation: Standardisation | null;
  readonly source: Source | null;
}

/** A part that was certainly asked for is certainly there. */
type Part<T extends Task, Asked extends SplitOptions, Name extends keyof SplitOptions> =
  Asked extends Readonly<Record<Name, number>> ? Dataset<T> : Dataset<T> | null;

/**
 * Inputs and targets, row by row. Typed arrays of the stored type are kept, not copied: do not write to them.
 * Throws an OptionError for a field, a ShapeError for a shape, a DataError with row and column for a value.
 */
export class Dataset<T extends Task = Task> {
  readonly name: string;
  readonly task: T;
  /** [rows, ...features], float32. */
  readonly inputs: NumberArray;
  /** Classification: class indices [rows], int32. Regression: [rows, outputs], float32. */
  readonly targets: NumberArray;
  readonly rows: number;
  /** The number of classes; 0 for regression. */
  readonly classes: number;
  /** What each row counts in losses, [rows], float32; null where every row counts 1. */
  readonly weights: NumberArray | null;
  readonly classNames: readonly string[] | null;
  readonly featureNames: readonly string[] | null;
  readonly source: Source | null;

  constructor(fields: DatasetFields<T>) {
    const { name, task, classes, classNames = null, featureNames = null, source = null } = fields;
    checkFields(fields);
    this.inputs = finiteArray(`${name} inputs`, fields.inputs);
    const { shape } = this.inputs;
    if (shape.length < 2)
      throw new ShapeError(`${name} inputs`, '[rows, ...features] (one number a row is [rows, 1])', shape);
    this.targets =
      task === 'classification'
        ? classArray(`${name} targets`, fields.targets, classes)
        : finiteArray(`${name} targets`, fields.targets);
    const rows = shape[0] ?? 0;
    if (task === 'regression' && this.targets.shape.length !== 2)
      throw new ShapeError(`${name} targets`, '[rows, outputs]', this.targets.shape);
    if (this.targets.shape[0] !== rows)
      throw new ShapeError(`${name} targets`, `of ${rows} rows, as many as the inputs`, this.targets.shape);
    this.name = name;
    this.task = task;
    this.rows = rows;
    this.classes = classes;
    this.weights = rowWeights(name, rows, fields.weights ?? null);
    this.classNames = classNames;
    this.featureNames = featureNames;
    this.source = source;
  }

  /** What another data set like this one is made of. */
  get fields(): DatasetFields<T> {
    const { name, task, inputs, targets, classes, classNames, featureNames, source } = this;
    const weights = this.weights?.values ?? null;
    return { name, task, inputs, targets, classes, weights, classNames, featureNames, source };
  }

  /** A data set of the rows at `indices`, in that order; a row may come twice. Throws a DataError for an index that is no row. */
  take(indices: ArrayLike<number>): Dataset<T> {
    return new Dataset({
      ...this.fields,
      inputs: takeRows(this.inputs, indices),
      targets: takeRows(this.targets, indices),
      weights: this.weights && takeRows(this.weights, indices).values,
    });
  }

  /** The same rows with other inputs, e.g. reshaped to images. Feature names stay where the last axis keeps its length. */
  withInputs(inputs: UncheckedArray): Dataset<T> {
    const featureNames = inputs.shape.at(-1) === this.inputs.shape.at(-1) ? this.featureNames : null;
    return new Dataset({ ...this.fields, inputs, featureNames });
  }

  /**
   * Parts of the rows at random: `round(fraction · rows)` rows each for `validation` and `test`, the rest for `train`.
   * Every row is in one part. Classes keep their shares to within one row (test: of all rows; validation: of what
   * test left). The parts depend on the rows, the options and the key of `rng` alone, and no numbers are drawn from
   * it; their rows stand in random order. Throws an OptionError, and a DataError where a part would have no row.
   *
   * @example
   * ```ts
   * const { train, validation, test } = data.split({ validation: 0.1, test: 0.2 }, rng.split('split'));
   * ```
   */
  split<Asked extends SplitOptions>(options: Asked, rng: Rng): Splits<T, Asked> {
    const strata = this.task === 'classification' ? this.targets.values : new Int32Array(this.rows);
    const { train, validation, test } = splitRows(strata, options, rng);
    const part = <Name extends keyof SplitOptions>(rows: Int32Array | null): Part<T, Asked, Name> =>
      (rows && this.take(rows)) as Part<T, Asked, Name>;
    return {
      train: this.take(train),
      validation: part<'validation'>(validation),
      test: part<'test'>(test),
      task: this.task,
      classes: this.classes,
      classNames: this.classNames,
      standardisation: null,
      source: this.source,
    };
  }
}

function rowWeights(name: string, rows: number, values: ArrayLike<number> | null): NumberArray | null {
  if (values === null) return null;
  if (values.length !== rows)
    throw new ShapeError(`${name} weights`, `[${rows}], one number a row`, [values.length]);
  const weights = finiteArray(`${name} weights`, { values, shape: [rows] });
  const negative = weights.values.findIndex((weight) => weight < 0);
  if (negative >= 0)
    throw new DataError(
      `${name} weights: row ${negative} must be >= 0, received ${weights.values[negative]}`,
    );
  if (!weights.values.some((weight) => weight > 0))
    throw new DataError(`${name} weights: at least one row must count more than 0`);
  return weights;
}

function checkFields({ name, task, inputs, classes, classNames, featureNames }: DatasetFields): void {
  const problems: OptionProblem[] = [];
  if (task === 'classification') {
    if (!Number.isSafeInteger(classes) || classes < 1)
      problems.push({ path: 'classes', rule: 'must be an integer >= 1', received: classes });
    if (classNames && classNames.length !== classes)
      problems.push({ path: 'classNames', rule: `must hold ${classes} names`, received: classNames.length });
  } else if (task !== 'regression') {
    problems.push({ path: 'task', rule: "must be 'regression' or 'classification'", received: task });
  } else {
    if (classes !== 0)
      problems.push({ path: 'classes', rule: 'must be 0 for regression', received: classes });
    if (classNames)
      problems.push({ path: 'classNames', rule: 'must be left out for regression', received: classNames });
  }
  const features = inputs.shape.at(-1);
  if (featureNames && featureNames.length !== features)
    problems.push({
      path: 'featureNames',
      rule: `must hold ${features} names`,
      received: featureNames.length,
    });
  if (problems.length > 0) throw new OptionError(`Dataset ${name}`, problems);
}
