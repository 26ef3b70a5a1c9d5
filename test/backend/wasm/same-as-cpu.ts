/** Compares operations and their gradients on wasm with those on cpu, on cases that are drawn. */
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { Rng } from '../../../src/random/rng.ts';
import { withoutLeak } from '../../no-leak.ts';
import { BACKENDS_SINGLE, CANCELLED } from '../../tolerances.ts';

/** One operation. */
export interface Case {
  /** Says in a failure which one it was. */
  readonly what: unknown;
  readonly inputs: readonly Input[];
  readonly compute: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** Compare the gradients of all inputs too. @default true */
  readonly gradient?: boolean;
}

export interface Input {
  readonly shape: readonly number[];
  /** @default normal numbers */
  readonly values?: Float32Array;
}

/** Draws the parameters of a case. */
export class Draw {
  readonly rng: Rng;

  constructor(seed: number) {
    this.rng = Rng.fromSeed(seed);
  }

  /** From `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + this.rng.integer(high - low + 1);
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.rng.integer(items.length)] ?? items[0];
  }

  /** A shape of one to `rank` axes. */
  shape(rank: number, size = 5): number[] {
    return Array.from({ length: this.integer(1, rank) }, () => this.integer(1, size));
  }

  /** Some axes of a shape: at least one. */
  axes(shape: readonly number[]): number[] {
    const chosen = shape.map((_, axis) => axis).filter(() => this.integer(0, 1) === 1);
    return chosen.length > 0 ? chosen : [this.integer(0, shape.length - 1)];
  }
}

/** Whole small numbers, many of them equal. */
export const ties = (draw: Draw, shape: readonly number[]): Input => ({
  shape,
  values: draw.rng.normal(tf.util.sizeFromShape([...shape])).map(Math.round),
});

/** Numbers above 0.1. */
export const positive = (draw: Draw, shape: readonly number[]): Input => ({
  shape,
  values: draw.rng.normal(tf.util.sizeFromShape([...shape])).map((value) => Math.abs(value) + 0.1),
});

const SPECIAL = [Number.NaN, Infinity, -Infinity, 0, 1e-9, -1e-9, 20, -20, 90, -90, 1e-30, -1e-30] as const;

/** A third of the numbers are NaN, infinite, zero, tiny or large. */
export const special = (draw: Draw, shape: readonly number[]): Input => ({
  shape,
  values: draw.rng
    .normal(tf.util.sizeFromShape([...shape]))
    .map((value) => (draw.integer(0, 2) === 0 ? draw.pick<number>(SPECIAL) : value)),
});

/** Draws `count` cases and expects the same from both backends. */
export async function expectSameOnBoth(
  count: number,
  seed: number,
  make: (draw: Draw) => Case,
): Promise<void> {
  const draw = new Draw(seed);
  const cases: DrawnCase[] = [];
  while (cases.length < count) {
    const drawn = make(draw);
    const inputs = drawn.inputs.map(({ shape, values }) => ({
      shape: [...shape],
      values: values ?? draw.rng.normal(tf.util.sizeFromShape([...shape])),
    }));
    cases.push({ ...drawn, inputs, seed: cases.length });
  }
  await tf.setBackend('cpu');
  const cpu = cases.map(run);
  await tf.setBackend('wasm');
  cases.forEach((drawn, i) => {
    run(drawn).forEach((output, index) =>
      expectSame(output, cpu[i]?.[index], `${JSON.stringify(drawn.what)} ${index}`),
    );
  });
}

interface DrawnCase extends Case {
  readonly inputs: readonly { readonly shape: number[]; readonly values: Float32Array }[];
  /** Of the upstream gradient. */
  readonly seed: number;
}

interface Output {
  readonly shape: number[];
  readonly values: number[];
}

/** The result and the gradients of the inputs on the active backend, checked to leave no tensor and no memory behind. */
function run({ compute, inputs, seed, gradient = true }: DrawnCase): Output[] {
  const before = memory();
  const outputs = tf.tidy(() => {
    const tensors = inputs.map(({ shape, values }) => tf.tensor(values.slice(), shape, 'float32'));
    const y = compute(...tensors);
    if (!gradient) return [y];
    const towards = tf.tensor(Rng.fromSeed(seed).normal(y.size), y.shape);
    return [y, ...tf.grads(compute)(tensors, towards)];
  });
  const read = outputs.map((output) => ({ shape: output.shape, values: [...output.dataSync()] }));
  tf.dispose(outputs);
  expect(memory()).toEqual(before);
  return read;
}

/** The numbers of one result on wasm, which leaves nothing behind. */
export const onWasm = (compute: () => tf.Tensor): Promise<number[]> =>
  withoutLeak(async () => {
    await tf.setBackend('wasm');
    const y = tf.tidy(compute);
    const values = [...y.dataSync()];
    y.dispose();
    return values;
  });

/** What is held on the active backend. */
export const memory = () => ({
  tensors: tf.memory().numTensors,
  bytes: tf.memory().numBytes,
  dataIds: tf.engine().backend.numDataIds(),
});

/** Equal where one is not finite, else near. */
function expectSame(wasm: Output, cpu: Output | undefined, what: string): void {
  expect(wasm.shape, what).toEqual(cpu?.shape);
  const pairs = wasm.values.map((value, i) => [value, cpu?.values[i] ?? 0] as const);
  const finite = pairs.filter((pair) => pair.every(Number.isFinite));
  const others = pairs.filter((pair) => !pair.every(Number.isFinite));
  const [found, expected] = [0, 1].map((side) => others.map((pair) => pair[side]));
  expect(found, what).toEqual(expected);
  const largest = Math.max(0, ...finite.map(([, value]) => Math.abs(value)));
  const error = Math.max(0, ...finite.map(([value, other]) => Math.abs(value - other)));
  expect(error, what).toBeLessThanOrEqual(BACKENDS_SINGLE * largest + CANCELLED);
}
