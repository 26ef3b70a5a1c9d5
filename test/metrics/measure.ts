/** The value of a metric for outputs and targets as nested lists. */
import type { NumberArray } from '../../src/data/number-array.ts';
import type { Metric } from '../../src/metrics/metric.ts';

export type Nested = number | readonly Nested[];

export function measure<Value>(metric: Metric<string, Value>, outputs: Nested, targets: Nested): Value {
  const tally = metric.start();
  tally.add(floats(outputs), floats(targets));
  return tally.value();
}

/** Nested lists in row-major order, as float32. */
export function floats(nested: Nested): NumberArray {
  const shape: number[] = [];
  for (let level: Nested | undefined = nested; typeof level === 'object'; level = level[0])
    shape.push(level.length);
  const flat = (item: Nested): number[] => (typeof item === 'number' ? [item] : item.flatMap(flat));
  return { values: Float32Array.from(flat(nested)), shape };
}

/** The rows from `from` to `to`, which is not one of them. */
export function rowsOf({ values, shape }: NumberArray, from: number, to: number): NumberArray {
  const width = values.length / (shape[0] ?? 1);
  return { values: values.slice(from * width, to * width), shape: [to - from, ...shape.slice(1)] };
}
