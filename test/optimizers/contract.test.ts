/** What every optimizer promises, on a parabola, Rosenbrock's function and an ill-conditioned bowl. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import type { Optimizer } from '../../src/optimizers/optimizer.ts';
import { Rng } from '../../src/random/rng.ts';
import { minimize } from '../../src/training/minimize.ts';
import type { Objective } from '../../src/training/trainable-objective.ts';
import { withoutLeak } from '../no-leak.ts';
import { optimizerFor, type OptimizerName, OPTIMIZERS, type PlainOptions } from './optimizer-makers.ts';

beforeAll(async () => {
  await useBackend('cpu');
});

const rowOf = (w: tf.Tensor): [x: tf.Tensor, y: tf.Tensor] => {
  const [x, y] = tf.unstack(w);
  if (x === undefined || y === undefined) throw new Error('a function of two numbers');
  return [x, y];
};

const FUNCTIONS: Readonly<Record<string, Objective>> = {
  parabola: (w) => w.square().sum().div(2),
  Rosenbrock: (w) => {
    const [x, y] = rowOf(w);
    return tf.sub(1, x).square().add(y.sub(x.square()).square().mul(100));
  },
  bowl: (w) => w.square().mul([1, 100]).sum().div(2),
};

/** Each optimizer with all the state it can have. */
const FULL: Readonly<Record<OptimizerName, PlainOptions>> = {
  sgd: { momentum: 0.9 },
  adam: { amsgrad: true },
  adamW: {},
  adagrad: { initialAccumulator: 0.1 },
  adadelta: {},
  rmsProp: { momentum: 0.5, centered: true },
  adamax: {},
  nadam: {},
  radam: {},
  lars: {},
  lamb: {},
  lion: {},
};
const NAMES = Object.keys(OPTIMIZERS) as OptimizerName[];
const make = (name: OptimizerName): Optimizer => optimizerFor(name, { ...FULL[name], learningRate: 1e-3 });

const TABLE = NAMES.flatMap((name) => Object.keys(FUNCTIONS).map((of) => [name, of] as const));

/** Both numbers as a variable. */
const startAt = (values: readonly number[] = [-0.5, 0.7]): tf.Variable =>
  tf.tidy(() => tf.variable(tf.tensor1d([...values])));
const numbers = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

describe.each(TABLE)('%s on %s', (name, of) => {
  const objective = FUNCTIONS[of] ?? ((w) => w.sum());
  const noKey = (): tf.Tensor1D => tf.zeros([4], 'int32');
  const valueAt = (w: tf.Variable): tf.Scalar => objective(w as tf.Variable<tf.Rank.R1>, noKey()).asScalar();

  test('keeps its slots and nothing else, and frees them', async () => {
    await withoutLeak(() => {
      const [w, optimizer] = [startAt(), make(name)];
      const slots = Object.keys(optimizer.rule.slots).length;
      const before = tf.memory().numTensors;
      for (let step = 0; step < 3; step++) optimizer.minimize(() => valueAt(w), false, [w]);
      expect(tf.memory().numTensors).toBe(before + slots);
      expect(slots).toBeGreaterThan(0);
      optimizer.dispose();
      w.dispose();
    });
  });

  test('goes the same way by tf.Optimizer.minimize and by minimize, bit for bit', async () => {
    const [w, optimizer, other] = [startAt(), make(name), make(name)];
    for (let step = 0; step < 5; step++) optimizer.minimize(() => valueAt(w), false, [w]);
    const history = await minimize(objective, {
      start: [-0.5, 0.7],
      optimizer: other,
      steps: 5,
      rng: Rng.fromSeed(0),
    });
    expect(numbers(w)).toEqual(history.parameters);
    expect(numbers(w)).not.toEqual([Math.fround(-0.5), Math.fround(0.7)]);
    w.dispose();
    optimizer.dispose();
    other.dispose();
  });

  test('a missing gradient leaves parameter and slots alone; the order of the variables counts nothing', () => {
    const [a, b, c, d] = [startAt(), startAt([0.2, -0.3]), startAt(), startAt([0.2, -0.3])];
    const [optimizer, other] = [make(name), make(name)];
    const gradientsOf = (...variables: tf.Variable[]): tf.NamedTensorMap =>
      Object.fromEntries(variables.map((w) => [w.name, tf.grad(() => valueAt(w))(w)]));
    const stateOf = (by: Optimizer, w: tf.Variable): number[][] =>
      [w, ...Object.values(by.slotsOf(w))].map(numbers);
    const apply = (by: Optimizer, ...variables: tf.Variable[]): void =>
      tf.tidy(() => by.applyGradients(gradientsOf(...variables)));

    apply(optimizer, a, b);
    const kept = stateOf(optimizer, a);
    apply(optimizer, b);
    expect(stateOf(optimizer, a)).toEqual(kept);
    apply(optimizer, b, a);

    apply(other, d, c);
    apply(other, d);
    apply(other, d, c);
    expect(stateOf(other, c)).toEqual(stateOf(optimizer, a));
    expect(stateOf(other, d)).toEqual(stateOf(optimizer, b));
    expect(stateOf(optimizer, a)).not.toEqual(kept);
    tf.dispose([a, b, c, d]);
    optimizer.dispose();
    other.dispose();
  });
});

describe.each(NAMES)('%s with a model', (name) => {
  const build = (): tf.Sequential =>
    tf.sequential({
      layers: [
        tf.layers.dense({ units: 3, inputShape: [2], activation: 'tanh' }),
        tf.layers.dense({ units: 1 }),
      ],
    });
  const weights = (model: tf.LayersModel): number[] => model.getWeights().flatMap(numbers);
  const data = (): [x: tf.Tensor, y: tf.Tensor] => [
    tf.tensor2d([1, 2, 3, -1, -2, 0.5], [3, 2]),
    tf.tensor2d([1, -1, 0.5], [3, 1]),
  ];

  test('an exported state goes on bit for bit in a second model, through model.fit', async () => {
    await withoutLeak(async () => {
      const [first, second] = [build(), build()];
      const [one, two] = [make(name), make(name)];
      const [x, y] = data();
      const fit = async (model: tf.LayersModel): Promise<unknown> =>
        model.fit(x, y, { epochs: 3, batchSize: 3, shuffle: false });
      first.compile({ optimizer: one, loss: 'meanSquaredError' });
      second.compile({ optimizer: two, loss: 'meanSquaredError' });
      const start = weights(first);
      await fit(first);
      second.setWeights(first.getWeights());
      two.importState(second, structuredClone(one.exportState(first)));
      expect(two.exportState(second)).toEqual(one.exportState(first));
      await fit(first);
      await fit(second);
      expect(weights(second)).toEqual(weights(first));
      expect(weights(first)).not.toEqual(start);
      expect(one.step).toBe(6);
      tf.dispose([x, y]);
      for (const each of [first, second, one, two]) each.dispose();
    });
  });
});

describe('parameter groups', () => {
  /** Two variables, of which the optimizer's group has the second, after one update with gradient 2. */
  const oneUpdate = (name: OptimizerName, options: PlainOptions, group: PlainOptions): number[] => {
    const [a, b] = [tf.variable(tf.scalar(1), true, 'a/kernel'), tf.variable(tf.scalar(1), true, 'b/bias')];
    const optimizer = optimizerFor(name, { ...options, groups: [{ weight: 'bias', ...group }] });
    tf.tidy(() => optimizer.applyGradients({ [a.name]: tf.scalar(2), [b.name]: tf.scalar(2) }));
    const values = [...numbers(a), ...numbers(b)];
    tf.dispose([a, b]);
    optimizer.dispose();
    return values;
  };

  test('take their own rate, numbers and starting state', () => {
    // sgd: 1 − 0.25 · 2 and 1 − 0.125 · 2; decay: the gradient is 2 + 0.5 · 1 for one, 2 for the other
    expect(oneUpdate('sgd', { learningRate: 0.25 }, { learningRate: 0.125 })).toEqual([0.5, 0.75]);
    expect(oneUpdate('sgd', { learningRate: 0.25, weightDecay: 0.5 }, { weightDecay: 0 })).toEqual([
      0.375, 0.5,
    ]);
    // adagrad: 1 − 0.5 · 2 / √(0 + 4), and 1 − 0.5 · 2 / √(12 + 4)
    expect(oneUpdate('adagrad', { learningRate: 0.5 }, { initialAccumulator: 12 })).toEqual([0.5, 0.75]);
  });

  test('follow the rate of the optimizer where they have none, a schedule too', () => {
    expect(oneUpdate('sgd', { learningRate: () => 0.25 }, { weightDecay: 1 })).toEqual([0.5, 0.25]);
  });
});
