/** Dense layers and convolutions, plain and under weight or spectral normalisation (`torch.nn.utils.parametrizations`). */
import type * as tf from '@tensorflow/tfjs';
import { KernelWrapper } from '../layers/kernel-wrapper.ts';
import { below, classOf, entryOf, type Form, REORDERED, type TorchEntry, type Weights } from './form.ts';
import { arrange, arrangeDepthwiseKernel, arrangeKernel, axesOf, type Layout, unchanged } from './layout.ts';

/** The classes of {@link kernelForm}. */
export const KERNEL_LAYERS = [
  'Dense',
  'Conv1D',
  'Conv2D',
  'Conv3D',
  'Conv2DTranspose',
  'Conv3DTranspose',
  'DepthwiseConv2D',
];

/** `weight` and `bias`. A transposed kernel, `[...window, outputs, inputs]`, becomes `[inputs, outputs, ...window]`. */
export const kernelForm: Form = (layer, weights) => {
  const { featureOrder } = weights;
  const isDepthwise = classOf(layer) === 'DepthwiseConv2D';
  if (isDepthwise && featureOrder) return REORDERED;
  return [
    ...(isDepthwise
      ? entryOf(weights, 'weight', 'depthwise_kernel', arrangeDepthwiseKernel)
      : entryOf(weights, 'weight', 'kernel', (shape) => arrangeKernel(shape, featureOrder))),
    ...entryOf(weights, 'bias', 'bias', unchanged),
  ];
};

/** w = g v / ‖v‖: `original0` is g, with all axes of the kernel but that of the outputs 1, and `original1` is v. */
export const weightNormalizationForm: Form = (wrapper, weights) =>
  wrapped(wrapper, weights, (kernel, layer) => {
    const outputs = outputAxis(layer);
    const shape = kernel.layout.shape.map((size, axis) => (axis === outputs ? size : 1));
    const magnitude = (own: readonly number[]): Layout => ({ ...unchanged(own), shape });
    return [
      ...entryOf(weights, 'parametrizations.weight.original0', 'magnitude', magnitude),
      { ...kernel, name: 'parametrizations.weight.original1' },
    ];
  });

/** W / σ: `original` is W, and the vectors `_u` and `_v` of the power iteration. */
export const spectralNormalizationForm: Form = (wrapper, weights) =>
  wrapped(wrapper, weights, (kernel, layer) => {
    const rest = restOf(layer, weights.shapeOf(kernel.weight) ?? []);
    return [
      { ...kernel, name: 'parametrizations.weight.original' },
      ...entryOf(weights, 'parametrizations.weight.0._u', 'left_vector', unchanged),
      ...entryOf(weights, 'parametrizations.weight.0._v', 'right_vector', (shape) => ({
        shape,
        source: rest(weights.featureOrder),
      })),
    ];
  });

/** The owned layer's entries, its bias first, with others for its kernel. */
function wrapped(
  wrapper: tf.layers.Layer,
  weights: Weights,
  parametrized: (kernel: TorchEntry, layer: tf.layers.Layer) => TorchEntry[],
): readonly TorchEntry[] | string {
  if (!(wrapper instanceof KernelWrapper) || !KERNEL_LAYERS.includes(classOf(wrapper.layer)))
    return 'PyTorch parametrizes dense layers and convolutions; copy the weights of this one by hand';
  const entries = kernelForm(wrapper.layer, below('layer', weights));
  if (typeof entries === 'string') return entries;
  const [kernel, ...others] = entries.map((entry) => ({ ...entry, weight: `layer/${entry.weight}` }));
  return kernel ? [...others, ...parametrized(kernel, wrapper.layer)] : others;
}

/** The axis of the outputs in PyTorch's kernel. */
const outputAxis = (layer: tf.layers.Layer): 0 | 1 => (classOf(layer).endsWith('Transpose') ? 1 : 0);

/** The kernel's axes but those of the outputs, flat: `[inputs, ...window]` here, `[...window, inputs]` in tfjs. */
function restOf(layer: tf.layers.Layer, kernel: readonly number[]): (order?: Int32Array) => Int32Array {
  if (classOf(layer) === 'DepthwiseConv2D') return () => unchanged(kernel.slice(0, -2)).source;
  const window = axesOf(kernel.toSpliced(outputAxis(layer) === 1 ? -2 : -1, 1));
  const inputs = window.splice(-1);
  return (order) => arrange([...inputs.map((axis) => ({ ...axis, order })), ...window]).source;
}
