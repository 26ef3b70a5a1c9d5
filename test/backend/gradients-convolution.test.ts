import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { Rng } from '../../src/random/rng.ts';
import { withoutLeak } from '../no-leak.ts';
import { relativeError, SUMS } from '../tolerances.ts';
import { expectGradients, spread } from './gradient-check.ts';

type Padding = 'same' | 'valid' | tf.backend_util.ExplicitPadding;
type Gradients = readonly [x: tf.Tensor, filter: tf.Tensor];
type Convolution = (x: tf.Tensor, filter: tf.Tensor, padding: Padding, rates: [number, number]) => tf.Tensor;

const conv2d: Convolution = (x, filter, padding, rates) =>
  tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, padding, 'NHWC', rates);
const depthwise: Convolution = (x, filter, padding, rates) =>
  tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, padding, 'NHWC', rates);

/** The filter with zeros between its rows and columns: what a dilation means. */
function withZeros(filter: tf.Tensor, [rowRate, columnRate]: [number, number]): tf.Tensor {
  const [rows = 1, columns = 1, inputs = 1, outputs = 1] = filter.shape;
  const taps = filter.reshape([rows, 1, columns, 1, inputs * outputs]);
  const apart = tf.pad(taps, [[0, 0], [0, rowRate - 1], [0, 0], [0, columnRate - 1], [0, 0]]); // prettier-ignore
  return apart
    .reshape([rows * rowRate, columns * columnRate, inputs, outputs])
    .slice([0, 0, 0, 0], [(rows - 1) * rowRate + 1, (columns - 1) * columnRate + 1, inputs, outputs]);
}

/** Of Σ w · f(x, filter) with w = the cosines of 1, 2, 3, … */
function gradients(compute: (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor, inputs: Gradients): Gradients {
  const [x, filter] = tf.grads((images: tf.Tensor, kernel: tf.Tensor) => {
    const output = compute(images, kernel);
    return output.mul(tf.range(1, output.size + 1).cos().reshape(output.shape)).sum(); // prettier-ignore
  })([...inputs]);
  if (x === undefined || filter === undefined) throw new Error('two inputs have two gradients');
  return [x, filter];
}

/** Of the seed alone: sizes 1 to 9, windows 1 to 3, dilations 1 to 4 (not both 1), all paddings. */
function draw(rng: Rng): { inputs: Gradients; padding: Padding; rates: [number, number] } {
  const from = (low: number, high: number): number => low + rng.integer(high - low + 1);
  const [rows, columns, inputChannels] = [from(1, 3), from(1, 3), from(1, 3)];
  const rates: [number, number] = [from(1, 4), from(2, 4)];
  const explicit = (): Padding => [[0, 0], [from(0, 3), from(0, 3)], [from(0, 3), from(0, 3)], [0, 0]]; // prettier-ignore
  const padding = [(): Padding => 'same', (): Padding => 'valid', explicit][rng.integer(3)]?.() ?? 'same';
  const smallest = padding === 'same' ? [1, 1] : [(rows - 1) * rates[0] + 1, (columns - 1) * rates[1] + 1];
  const [height, width] = [(smallest[0] ?? 1) + from(0, 4), (smallest[1] ?? 1) + from(0, 4)];
  const normal = (shape: number[]): tf.Tensor => tf.tensor(rng.normal(tf.util.sizeFromShape(shape)), shape);
  const images = normal([from(1, 3), height, width, inputChannels]);
  return { inputs: [images, normal([rows, columns, inputChannels, from(1, 3)])], padding, rates };
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test.each([
    ['conv2d', conv2d],
    ['depthwiseConv2d', depthwise],
  ])('the gradients of a dilated %s are those of the filter with zeros between', async (name, convolve) => {
    const rng = Rng.fromSeed(0).split(name);
    await withoutLeak(() => {
      for (let i = 0; i < 100; i++)
        tf.tidy(() => {
          const { inputs, padding, rates } = draw(rng);
          const actual = gradients((x, filter) => convolve(x, filter, padding, rates), inputs);
          const expected = gradients(
            (x, filter) => convolve(x, withZeros(filter, rates), padding, [1, 1]),
            inputs,
          );
          const shapes = JSON.stringify([...inputs.map(({ shape }) => shape), padding, rates]);
          for (const which of [0, 1] as const)
            expect(relativeError(actual[which].dataSync(), expected[which].dataSync()), shapes).toBeLessThan(
              SUMS,
            );
        });
    });
  });

  test('a separable convolution and one in one dimension', async () => {
    await withoutLeak(() => {
      expectGradients(
        (x, depth, point) =>
          tf.separableConv2d(x as tf.Tensor4D, depth as tf.Tensor4D, point as tf.Tensor4D, 1, 'same', 2),
        [spread([1, 4, 5, 2]), spread([2, 2, 2, 1], 2), spread([1, 1, 2, 2], 3)],
      );
      expectGradients(
        (x, filter) => tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, 1, 'valid', 'NWC', 3),
        [spread([2, 8, 2]), spread([2, 2, 2], 2)],
      );
    });
  });

  test.each([undefined, 2])('tf.layers.depthwiseConv2d with the dilation %s', async (dilationRate) => {
    await withoutLeak(() => {
      const rate = dilationRate === undefined ? {} : { dilationRate };
      const layer = tf.layers.depthwiseConv2d({ kernelSize: 2, ...rate });
      expectGradients((x) => layer.apply(x) as tf.Tensor, [spread([2, 4, 5, 2])]);
      layer.dispose();
    });
  });

  test.each(['linear', 'tanh', 'relu'] as const)(
    'tf.layers.conv2d with a dilation and %s, images first or last, has the gradient of the larger kernel',
    async (activation) => {
      await withoutLeak(() => {
        for (const dataFormat of ['channelsLast', 'channelsFirst'] as const) {
          const layer = tf.layers.conv2d({
            filters: 2,
            kernelSize: [2, 3],
            dilationRate: [3, 2],
            activation,
            dataFormat,
          });
          const order = dataFormat === 'channelsLast' ? [0, 1, 2, 3] : [0, 3, 1, 2];
          tf.tidy(() => {
            const images = spread([2, 6, 7, 2]);
            const apply = (x: tf.Tensor): tf.Tensor => layer.apply(x.transpose(order)) as tf.Tensor;
            apply(images);
            const kernel = spread([2, 3, 2, 2], 2);
            layer.setWeights([kernel, tf.ones([2])]);
            const variables = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
            const { grads } = tf.variableGrads(() => apply(images).square().mean(), variables);
            const [actual] = variables.map(({ name }) => grads[name]);
            const expected = tf.grad((filter) => {
              const output = conv2d(images, withZeros(filter, [3, 2]), 'valid', [1, 1]).add(1);
              return (activation === 'linear' ? output : output[activation]()).square().mean();
            })(kernel);
            expect(relativeError(actual?.dataSync() ?? [], expected.dataSync())).toBeLessThan(SUMS);
          });
          layer.dispose();
        }
      });
    },
  );
});
