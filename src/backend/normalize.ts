/**
 * Normalising a tensor to mean 0 and variance 1, group by group, as one differentiable operation: kernels of our own
 * where they are installed, operations of tfjs elsewhere.
 */
import * as tf from '@tensorflow/tfjs';
import { findKernel } from './kernels.ts';
import { NORMALIZE, NORMALIZE_GRADIENT, NORMALIZE_MOMENTS, type NormLayout } from './normalize-kernels.ts';

/** What a norm multiplies with and adds at the end, groups · size elements each. */
export interface Affine {
  readonly scale: tf.Tensor;
  readonly shift: tf.Tensor;
}

export interface NormalizeOptions {
  readonly layout: NormLayout;
  /** ε, added to the variance. */
  readonly epsilon: number;
  readonly affine?: Affine | undefined;
}

/** Mean and biased variance of each group, float32 [batch · groups]. */
export interface Moments {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/** The result, of the input's shape, and the moments that it was normalised by. */
export interface Normalized extends Moments {
  readonly output: tf.Tensor;
}

/**
 * (x − mean) / √(variance + ε) · scale + shift, with the moments of each group. Derivatives of any order with respect
 * to x, scale and shift are right; those of the moments that are returned are not taken.
 */
export function normalize(x: tf.Tensor, { affine, ...attributes }: NormalizeOptions): Normalized {
  const { mean, variance } = momentsOf(x, attributes);
  const output = tf.customGrad<tf.Tensor>((...given) => {
    const save = given.at(-1) as tf.GradSaveFunc;
    save([x, mean, variance, ...(affine ? [affine.scale] : [])]);
    return {
      value: outputOf({ x, mean, variance, ...affine }, attributes),
      gradFunc: (dy, [input = x, inputMean = mean, inputVariance = variance, scale]) =>
        gradientOf(
          { dy, x: input, mean: inputMean, variance: inputVariance, ...(scale && { scale }) },
          attributes,
        ),
    };
  })(x, ...(affine ? [affine.scale, affine.shift] : []));
  return { output, mean, variance };
}

type Attributes = Pick<NormalizeOptions, 'layout' | 'epsilon'>;
type Inputs = Partial<Affine> & {
  readonly x: tf.Tensor;
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
};

function momentsOf(x: tf.Tensor, attributes: Attributes): Moments {
  if (hasKernels()) {
    const [mean, variance] = runKernel(NORMALIZE_MOMENTS, { x }, attributes) as [tf.Tensor1D, tf.Tensor1D];
    return { mean, variance };
  }
  const { mean, variance } = composedMoments(x.reshape([...attributes.layout]));
  return { mean: mean.flatten(), variance: variance.flatten() };
}

function outputOf(inputs: Inputs, attributes: Attributes): tf.Tensor {
  const [output] = hasKernels() ? runKernel(NORMALIZE, { ...inputs }, attributes) : [];
  return output ?? composedOutput(inputs, attributes);
}

/** With respect to x and, with a scale, to scale and shift. Where it will be differentiated itself, tfjs must be able to. */
function gradientOf(inputs: Inputs & { readonly dy: tf.Tensor }, attributes: Attributes): tf.Tensor[] {
  return hasKernels() && !isBeingDifferentiated()
    ? runKernel(NORMALIZE_GRADIENT, { ...inputs }, attributes)
    : composedGradient(inputs, attributes);
}

const hasKernels = (): boolean => findKernel(NORMALIZE, tf.getBackend()) !== undefined;

/** The backward pass of a gradient has depth 0, unless another gradient is taken of it. */
const isBeingDifferentiated = (): boolean => tf.engine().state.gradientDepth > 0;

function runKernel(name: string, inputs: tf.NamedTensorMap, { layout, epsilon }: Attributes): tf.Tensor[] {
  const attributes = { layout: [...layout], epsilon };
  return [tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(name, inputs, attributes)].flat();
}

/** What the mean and variance of a group are taken over, and the sums of scale and shift, in [batch, positions, groups, size]. */
const GROUP_AXES = [1, 3];
const EXAMPLE_AXES = [0, 1];

function composedMoments(x: tf.Tensor): { mean: tf.Tensor; variance: tf.Tensor } {
  const mean = x.mean(GROUP_AXES, true);
  return { mean, variance: x.sub(mean).square().mean(GROUP_AXES, true) };
}

function composedOutput(
  { x, mean, variance, scale, shift }: Inputs,
  { layout, epsilon }: Attributes,
): tf.Tensor {
  const [batch, , groups, size] = layout;
  const ofGroup = (values: tf.Tensor): tf.Tensor => values.reshape([batch, 1, groups, 1]);
  const ofChannel = (values: tf.Tensor): tf.Tensor => values.reshape([1, 1, groups, size]);
  const normal = x
    .reshape([...layout])
    .sub(ofGroup(mean))
    .mul(ofGroup(variance.add(epsilon).rsqrt()));
  const output = scale && shift ? normal.mul(ofChannel(scale)).add(ofChannel(shift)) : normal;
  return output.reshape(x.shape);
}

/** From x alone: mean and variance are functions of it. */
function composedGradient(
  { dy, x, scale }: Inputs & { readonly dy: tf.Tensor },
  { layout, epsilon }: Attributes,
): tf.Tensor[] {
  const [input, slope] = [x.reshape([...layout]), dy.reshape([...layout])];
  const { mean, variance } = composedMoments(input);
  const inverse = variance.add(epsilon).rsqrt();
  const normal = input.sub(mean).mul(inverse);
  const g = scale ? slope.mul(scale.reshape([1, 1, layout[2], layout[3]])) : slope;
  const alongNormal = normal.mul(g.mul(normal).mean(GROUP_AXES, true));
  const dx = g.sub(g.mean(GROUP_AXES, true)).sub(alongNormal).mul(inverse).reshape(x.shape);
  if (scale === undefined) return [dx];
  const sums = [slope.mul(normal), slope].map((terms) => terms.sum(EXAMPLE_AXES).reshape(scale.shape));
  return [dx, ...sums];
}
