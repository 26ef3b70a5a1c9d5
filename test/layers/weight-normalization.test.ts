/** Weight normalisation against PyTorch's, and what follows from w = g v / ‖v‖. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { parameterInfos } from '../../src/layers/paths.ts';
import { weightNormalization } from '../../src/layers/weight-normalization.ts';
import { noDecayOnBiasesAndNorms } from '../../src/optimizers/build-optimizer.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import { withoutLeak } from '../no-leak.ts';
import { absoluteError, GOLDEN_SMOOTH, relativeError, SINGLE } from '../tolerances.ts';
import { modelOf } from './in-training.ts';
import {
  assign,
  golden,
  kernelOf,
  KINDS,
  type LayerState,
  layerOf,
  read,
  tensorOf,
  type TrainingCase,
  variableOf,
} from './wrapper-golden.ts';

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test.each(KINDS)('%s: outputs, and gradients of v, g, bias and inputs, are PyTorch’s', async (kind) => {
    const expected = golden.weight[kind];
    const pairs: [found: number[], wanted: number[]][] = [];
    await withoutLeak(() => {
      const layer = weightNormalization({ layer: layerOf[kind]() });
      const model = modelOf(layer, expected.inputs.shape.slice(1));
      assign(layer, kernelOf(kind), expected.kernel);
      assign(layer, 'magnitude', expected.magnitude);
      assign(layer, 'bias', expected.bias);
      tf.tidy(() => {
        const inputs = tensorOf(expected.inputs);
        for (const training of [true, false])
          pairs.push([read(model.apply(inputs, { training }) as tf.Tensor), expected.outputs.values]);
        const variable = tf.variable(inputs);
        const weights = [kernelOf(kind), 'magnitude', 'bias'].map((name) => variableOf(layer, name));
        const { grads } = tf.variableGrads(
          () => (model.apply(variable) as tf.Tensor).mul(tensorOf(expected.factors)).sum(),
          [...weights, variable],
        );
        const [kernel = [], magnitude = [], bias = [], input = []] = [...weights, variable].map(({ name }) =>
          read(grads[name]),
        );
        pairs.push(
          [kernel, expected.kernelGradient],
          [magnitude, expected.magnitudeGradient],
          [bias, expected.biasGradient],
          [input, expected.inputGradient.values],
        );
        variable.dispose();
      });
      model.dispose();
    });
    for (const [found, wanted] of pairs) expect(relativeError(found, wanted)).toBeLessThanOrEqual(SINGLE);
  });

  // All 40 steps on cpu; on wasm the first ten, which take the same kernels.
  const steps = backend === 'cpu' ? 40 : 10;
  test.each(golden.weightTraining)(`${steps} steps of gradient descent: $kinds`, async (expected) => {
    const { losses, end } = await withoutLeak(() => descend(expected, steps));
    expect(absoluteError(losses, expected.losses.slice(0, steps))).toBeLessThanOrEqual(GOLDEN_SMOOTH.losses);
    if (steps === expected.losses.length)
      expect(absoluteError(end, expected.end.flatMap(flat))).toBeLessThanOrEqual(GOLDEN_SMOOTH.weights);
  });
});

/** The nets of `wrappers.py` with their starting weights. */
function netOf({ kinds, inputs, start }: TrainingCase): { model: tf.LayersModel; layers: tf.layers.Layer[] } {
  const images = kinds[0] === 'conv2d';
  const hidden = weightNormalization({
    layer: images
      ? tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'tanh' })
      : tf.layers.dense({ units: 6, activation: 'tanh' }),
  });
  const output = weightNormalization({ layer: tf.layers.dense({ units: 3 }) });
  const input = tf.layers.inputLayer({ inputShape: inputs.shape.slice(1) });
  const model = tf.sequential({
    layers: images ? [input, hidden, tf.layers.flatten(), output] : [input, hidden, output],
  });
  const layers = [hidden, output];
  for (const [i, layer] of layers.entries())
    for (const [name, values] of Object.entries(start[i] ?? {})) assign(layer, name, values);
  return { model, layers };
}

/** The losses of some steps of sgd, and the weights after them. */
function descend(expected: TrainingCase, steps: number): { losses: number[]; end: number[] } {
  const { inputs, targets, rate } = expected;
  const { model, layers } = netOf(expected);
  const optimizer = sgd({ learningRate: rate });
  const step = (): number =>
    tf.tidy(() => {
      const loss = (): tf.Scalar => {
        const error = (model.apply(tensorOf(inputs), { training: true }) as tf.Tensor).sub(tensorOf(targets));
        return error.square().mean();
      };
      return read(optimizer.minimize(loss, true) ?? undefined)[0] ?? Number.NaN;
    });
  const losses = Array.from({ length: steps }, step);
  optimizer.dispose();
  const named = (layer: tf.layers.Layer) => (name: string) => read(variableOf(layer, name));
  const end = layers.flatMap((layer) => ['magnitude', 'kernel', 'bias'].flatMap(named(layer)));
  model.dispose();
  return { losses, end };
}

const flat = ({ magnitude, kernel, bias }: LayerState): number[] => [...magnitude, ...kernel, ...bias];

describe('what follows from the formula', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  test('v = (3, 4) and g = 10 make w = (6, 8)', () => {
    const layer = weightNormalization({ layer: tf.layers.dense({ units: 1 }) });
    const model = modelOf(layer, [2]);
    assign(layer, 'kernel', [3, 4]);
    assign(layer, 'magnitude', [10]);
    const output = tf.tidy(() => read(model.apply(tf.tensor2d([[1, 1]])) as tf.Tensor));
    expect(Math.abs((output[0] ?? 0) - 14)).toBeLessThanOrEqual(14 * SINGLE);
    model.dispose();
  });

  test.each([...KINDS, 'conv3d'] as const)('%s: wrapping changes nothing, to the bit', (kind) => {
    const plain = kind === 'conv3d' ? tf.layers.conv3d({ filters: 3, kernelSize: 2 }) : layerOf[kind]();
    const shape = kind === 'conv3d' ? [2, 3, 3, 3, 2] : golden.weight[kind].inputs.shape;
    tf.tidy(() => {
      const inputs = tf.tensor(Rng.fromSeed(0).normal(tf.util.sizeFromShape(shape)), shape);
      const before = read(plain.apply(inputs) as tf.Tensor);
      const wrapped = weightNormalization({ layer: plain });
      expect(read(wrapped.apply(inputs) as tf.Tensor)).toEqual(before);
    });
  });

  test.each(KINDS)('%s: the gradient of v is orthogonal to v; its length changes nothing', (kind) => {
    const { inputs, factors, kernel } = golden.weight[kind];
    const layer = weightNormalization({ layer: layerOf[kind]() });
    const model = modelOf(layer, inputs.shape.slice(1));
    const forward = (): tf.Tensor => model.apply(tensorOf(inputs)) as tf.Tensor;
    const outputs = (length: number): number[] => {
      assign(
        layer,
        kernelOf(kind),
        kernel.map((value) => length * value),
      );
      return tf.tidy(() => read(forward()));
    };
    expect(relativeError(outputs(3), outputs(1))).toBeLessThanOrEqual(SINGLE);
    tf.tidy(() => {
      const v = variableOf(layer, kernelOf(kind));
      const { grads } = tf.variableGrads(() => forward().mul(tensorOf(factors)).sum(), [v]);
      const gradient = read(grads[v.name]);
      const product = gradient.reduce((sum, value, i) => sum + value * (kernel[i] ?? 0), 0);
      expect(Math.abs(product)).toBeLessThanOrEqual(SINGLE * Math.hypot(...gradient) * Math.hypot(...kernel));
      expect(Math.hypot(...gradient)).toBeGreaterThan(0);
    });
    model.dispose();
  });

  test('weight decay on the magnitude stays: it is the one that shrinks w', () => {
    const model = modelOf(weightNormalization({ layer: tf.layers.dense({ units: 2 }) }), [3]);
    const infos = [...parameterInfos(model).values()];
    const free = infos.filter((info) => noDecayOnBiasesAndNorms.match(info)).map(({ path }) => path);
    expect(free).toEqual(['weight_normalization:0/layer/bias']);
    expect(infos.map(({ weight, layer }) => [weight, layer])).toEqual([
      ['kernel', 'dense'],
      ['bias', 'dense'],
      ['magnitude', 'weight_normalization'],
    ]);
    model.dispose();
  });
});
