/** Row-major arrays of numbers with a shape: checked when a data set is made, gathered by rows afterwards. */
import { DataError, ShapeError, quote } from '../errors.ts';

/** Numbers in row-major order; `shape[0]` is the number of rows. */
export interface NumberArray {
  readonly values: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** The same before its values are checked and stored in 32 bits. */
export interface UncheckedArray {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
}

/**
 * The array as float32, every value finite. A Float32Array is kept, not copied.
 *
 * @param what - Names the array in errors. Throws a ShapeError or a DataError with row and column.
 */
export function finiteArray(what: string, { values, shape }: UncheckedArray): NumberArray {
  checkShape(what, values, shape);
  const stored = values instanceof Float32Array ? values : Float32Array.from(values);
  const bad = stored.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new DataError(
      `${what}: ${position(bad, shape)} must be a finite float32 number, received ${quote(values[bad])};` +
        ' fill the gap or leave the row out',
    );
  }
  return { values: stored, shape };
}

/**
 * Class indices as int32: shape [rows], every value an integer from 0 to classes − 1. An Int32Array is kept, not copied.
 *
 * @param what - Names the array in errors. Throws a ShapeError or a DataError with the row.
 */
export function classArray(what: string, { values, shape }: UncheckedArray, classes: number): NumberArray {
  checkShape(what, values, shape);
  if (shape.length !== 1) throw new ShapeError(what, '[rows] of class indices (not one-hot rows)', shape);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (!Number.isInteger(value) || value < 0 || value >= classes) {
      throw new DataError(
        `${what}: ${position(row, shape)} must be a class index, an integer from 0 to ${classes - 1},` +
          ` received ${quote(values[row])}`,
      );
    }
  }
  return { values: values instanceof Int32Array ? values : Int32Array.from(values), shape };
}

/** The rows at `indices`, in that order. Throws a DataError for an index that is no row. */
export function takeRows({ values, shape }: NumberArray, indices: ArrayLike<number>): NumberArray {
  const [rows = 0, ...rest] = shape;
  const width = product(rest);
  const length = indices.length * width;
  const taken = values instanceof Float32Array ? new Float32Array(length) : new Int32Array(length);
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i] ?? Number.NaN;
    if (!Number.isInteger(row) || row < 0 || row >= rows)
      throw new DataError(
        `take: index ${i} must be a row, an integer from 0 to ${rows - 1}, received ${quote(row)}`,
      );
    taken.set(values.subarray(row * width, (row + 1) * width), i * width);
  }
  return { values: taken, shape: [indices.length, ...rest] };
}

function checkShape(what: string, values: ArrayLike<number>, shape: readonly number[]): void {
  if (shape.length === 0 || !shape.every((size) => Number.isSafeInteger(size) && size >= 0))
    throw new ShapeError(what, 'of integers >= 0, the first being the rows', shape);
  if (product(shape) !== values.length) throw new ShapeError(what, `of ${values.length} values`, shape);
  if (values.length === 0)
    throw new DataError(`${what}: holds no values, its shape is [${shape.join(', ')}]`);
}

const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

/** Where a flat index stands: `row 3`, `row 3, column 2`, `row 3, position [1, 0, 2]`; all counted from 0. */
function position(index: number, shape: readonly number[]): string {
  const within: number[] = [];
  let rest = index;
  for (const size of shape.slice(1).toReversed()) {
    within.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  if (within.length === 0) return `row ${rest} (counted from 0)`;
  const place = within.length === 1 ? `column ${within[0]}` : `position [${within.join(', ')}]`;
  return `row ${rest}, ${place} (counted from 0)`;
}
