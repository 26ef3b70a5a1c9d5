/** Checks of targets on the host; the errors name row and value. */
import type { UncheckedArray } from '../data/number-array.ts';
import { DataError, quote, ShapeError } from '../errors.ts';
import type { OutputShape } from './loss.ts';

/** How far the float32 numbers of a distribution may be from a sum of 1: 1e-3 forgives targets rounded to 3 places. */
const SUM_TOLERANCE = 1e-3;

/** Throws a ShapeError unless the targets have one of the shapes `[rows, …]`. */
export function checkTargetShape(
  lossName: string,
  { shape }: UncheckedArray,
  allowed: readonly OutputShape[],
): void {
  if (allowed.some((wanted) => fits(wanted, shape.slice(1)))) return;
  throw new ShapeError(`${lossName} targets`, allowed.map(describe).join(' or '), shape);
}

/** Whether the sizes of a row agree; null agrees with any. */
export function fits(wanted: OutputShape, given: readonly number[]): boolean {
  return (
    wanted.length === given.length && wanted.every((size, axis) => size === null || size === given[axis])
  );
}

/** Throws a DataError for the first value that breaks the rule. */
export function checkEachTarget(
  lossName: string,
  { values, shape }: UncheckedArray,
  rule: string,
  isGood: (value: number) => boolean,
): void {
  for (let i = 0; i < values.length; i++) {
    if (!isGood(values[i] ?? Number.NaN))
      refuse(lossName, Math.floor(i / widthOf(shape)), rule, quote(values[i]));
  }
}

/** Throws a DataError unless the numbers along `axis` (counted in the targets' shape, from 0) are distributions. */
export function checkDistributions(lossName: string, targets: UncheckedArray, axis: number): void {
  const { values, shape } = targets;
  checkEachTarget(lossName, targets, 'must hold probabilities, numbers from 0 to 1', isProbability);
  const classes = shape[axis] ?? 1;
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  for (let first = 0; first < values.length; first++) {
    if (Math.floor(first / inner) % classes !== 0) continue;
    let sum = 0;
    for (let at = 0; at < classes; at++) sum += values[first + at * inner] ?? 0;
    if (Math.abs(sum - 1) > SUM_TOLERANCE)
      refuse(
        lossName,
        Math.floor(first / widthOf(shape)),
        'must be a distribution with sum 1',
        `numbers with sum ${sum}`,
      );
  }
}

/** A number from 0 to 1. */
export const isProbability = (value: number): boolean => value >= 0 && value <= 1;

/** Throws a DataError unless every value is a class index. */
export function checkClassIndices(lossName: string, targets: UncheckedArray, classes: number): void {
  checkEachTarget(
    lossName,
    targets,
    `must be a class index, an integer from 0 to ${classes - 1}`,
    (value) => Number.isInteger(value) && value >= 0 && value < classes,
  );
}

function refuse(lossName: string, row: number, rule: string, received: string): never {
  throw new DataError(`${lossName} targets: row ${row} (counted from 0) ${rule}, received ${received}`);
}

const widthOf = (shape: readonly number[]): number =>
  shape.slice(1).reduce((product, size) => product * size, 1);

/** A shape with its batch axis: `[rows, 3, any]`. */
export function describe(wanted: OutputShape): string {
  return `[rows${wanted.map((size) => `, ${size ?? 'any'}`).join('')}]`;
}
