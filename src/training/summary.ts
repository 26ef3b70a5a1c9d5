/** A model as a table: its layers by path, what each gives, and its parameters. */
import type * as tf from '@tensorflow/tfjs';
import { layerAndModelPaths, parameterPaths, trainablePaths } from '../layers/paths.ts';
import { describe } from '../losses/check-targets.ts';
import { requireBuilt } from './named-weights.ts';

const HEADING = ['layer', 'output', 'trainable', 'frozen'] as const;

/**
 * One line a layer, in the order of first use, with the path under which its weights are known in checkpoints, groups
 * and messages; the layers of nested models and wrappers stand indented below them, and are counted there too. Frozen
 * are all numbers that training does not learn, norm statistics among them. Prints nothing.
 *
 * @example
 * ```ts
 * console.log(summary(model));
 * // layer           output       trainable  frozen
 * // dense:0         [rows, 32]       2,080       0
 * // dropout:0       [rows, 32]           0       0
 * // dense:1         [rows, 10]         330       0
 * // 2,410 parameters: 2,410 trainable, 0 frozen
 * ```
 */
export function summary(model: tf.LayersModel): string {
  requireBuilt(model);
  const counts = parameterCounts(model);
  // Owners stand behind their layers in the map, and before them in the table.
  const entries = [...layerAndModelPaths(model)];
  const rows = ownersFirst(entries.map(([layer, path]) => ({ layer, path })));
  const lines = table([
    [...HEADING],
    ...rows.map(({ layer, path }) => {
      const { trainable, frozen } = totalOf(counts, `${path}/`);
      const depth = rows.filter((other) => path.startsWith(`${other.path}/`)).length;
      return [`${'  '.repeat(depth)}${path}`, outputOf(layer), format(trainable), format(frozen)];
    }),
  ]);
  const { trainable, frozen } = totalOf(counts, '');
  const total = `${format(trainable + frozen)} parameters: ${format(trainable)} trainable, ${format(frozen)} frozen`;
  return [...lines, total].join('\n');
}

interface Row {
  readonly layer: tf.layers.Layer;
  readonly path: string;
}

function ownersFirst(rows: readonly Row[]): Row[] {
  const ordered: Row[] = [];
  for (const row of rows) {
    const first = ordered.findIndex(({ path }) => path.startsWith(`${row.path}/`));
    ordered.splice(first < 0 ? ordered.length : first, 0, row);
  }
  return ordered;
}

interface Count {
  readonly trainable: number;
  readonly frozen: number;
}

function parameterCounts(model: tf.LayersModel): Map<string, Count> {
  const trainable = trainablePaths(model);
  return new Map(
    [...parameterPaths(model)].map(([path, { size }]) => [
      path,
      trainable.has(path) ? { trainable: size, frozen: 0 } : { trainable: 0, frozen: size },
    ]),
  );
}

/** What stands under a path that ends in a slash; under an empty one, all. */
function totalOf(counts: ReadonlyMap<string, Count>, prefix: string): Count {
  let [trainable, frozen] = [0, 0];
  for (const [path, count] of counts) {
    if (!path.startsWith(prefix)) continue;
    trainable += count.trainable;
    frozen += count.frozen;
  }
  return { trainable, frozen };
}

/** What the layer gave at its first use in a graph; nothing for one that only a wrapper calls. */
function outputOf(layer: tf.layers.Layer): string {
  const shapes = layer.inboundNodes[0]?.outputTensors.map(({ shape }) => describe(shape.slice(1))) ?? [];
  return shapes.join(', ');
}

const format = (count: number): string => count.toLocaleString('en-US');

/** Words to the left, numbers to the right. */
function table(rows: readonly string[][]): string[] {
  const widths = HEADING.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return column < 2 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
