/** Convolutions with dilations, and the transposed one in three dimensions. */
import * as tf from '@tensorflow/tfjs';
import { gradient, gradientOf, stockGradient } from './gradient.ts';
import { ofAxis, type Padding, paddingBefore } from './padding.ts';

/** What the kernels Conv2D, DepthwiseConv2dNative and Conv3D have in common. */
interface ConvolutionAttributes {
  /** null from `tf.layers.depthwiseConv2d` without a rate. */
  readonly dilations: number | number[] | null;
  readonly dataFormat: string;
  readonly pad: Padding;
}

export const convolutionGradients = (): tf.GradConfig[] => [
  ...[tf.Conv2D, tf.DepthwiseConv2dNative, tf.Conv3D].map((kernelName) => dilated(stockGradient(kernelName))),
  transposed3d(stockGradient(tf.Conv3D)),
];

/** tfjs has that of two dimensions. What is the input here is the output of the convolution, and the other way round. */
const transposed3d = (convolution: tf.GradConfig): tf.GradConfig =>
  gradient(
    tf.Conv3DBackpropInputV2,
    ['dy', 'filter'],
    ([ddx], { dy, filter }, { strides, pad }: tf.Conv3DBackpropInputV2Attrs) => ({
      dy: () => tf.conv3d(ddx as tf.Tensor5D, filter as tf.Tensor5D, strides, pad),
      filter: () =>
        gradientOf('filter', convolution.gradFunc(dy, [ddx, filter], { strides, pad, dilations: 1 })),
    }),
  );

/**
 * tfjs's gradient refuses dilations. With a dilation d, outputs d apart never share an input with those between them: laid
 * into d batches, they are plain convolutions (as in TensorFlow's `with_space_to_batch`), and those have gradients. The
 * stride is 1, because tfjs allows only one of the two.
 */
const dilated = (stock: tf.GradConfig): tf.GradConfig =>
  gradient(stock.kernelName, ['x', 'filter'], ([dy], { x, filter }, attributes: ConvolutionAttributes) => {
    const { dilations, dataFormat } = attributes;
    const rates = x.shape.slice(2).map((_, axis) => ofAxis(dilations ?? 1, axis));
    if (rates.every((rate) => rate === 1) || dataFormat.startsWith('NC'))
      return stock.gradFunc(dy, [x, filter], { ...attributes, dilations: rates });
    const axes = rates.map((rate, i) => layOut(rate, i, x.shape, filter.shape, dy.shape, attributes.pad));
    const blocks = [...rates];
    const pads = axes.map(({ pad }) => pad);
    const crops = axes.map(({ crop }) => crop);
    const plain = (): ReturnType<typeof stock.gradFunc> =>
      stock.gradFunc(tf.spaceToBatchND(dy, blocks, crops), [tf.spaceToBatchND(x, blocks, pads), filter], {
        ...attributes,
        dilations: rates.map(() => 1),
        pad: 'valid',
      });
    return {
      x: () => tf.batchToSpaceND(gradientOf('x', plain()), blocks, pads),
      filter: () => gradientOf('filter', plain()),
    };
  });

/** Along one axis: the zeros around the input, those of its own padding first, and the outputs too many after it. */
function layOut(
  rate: number,
  axis: number,
  [, ...input]: readonly number[],
  filter: readonly number[],
  [, ...output]: readonly number[],
  padding: Padding,
): { pad: [number, number]; crop: [number, number] } {
  const [size, taps, outputs] = [input[axis] ?? 1, filter[axis] ?? 1, output[axis] ?? 1];
  const reach = rate * (taps - 1);
  const before = paddingBefore(padding, axis, reach);
  const needed = Math.max(before + size, outputs + reach);
  const whole = Math.ceil(needed / rate) * rate;
  return { pad: [before, whole - before - size], crop: [0, whole - reach - outputs] };
}
