/** How a gradient is written here: with the saved inputs by name, made of tensor operations that have gradients too. */
import * as tf from '@tensorflow/tfjs';

/** The gradient of each input, computed when it is asked for. */
export type InputGradients = Record<string, () => tf.Tensor>;

/**
 * The gradient of a kernel.
 *
 * @param inputsToSave - The inputs that the rule reads.
 * @param rule - Gets the gradients of the outputs, always as a list: tfjs hands a lone one over bare. It says of what type
 * the kernel's attributes are.
 */
export function gradient<Name extends string>(
  kernelName: string,
  inputsToSave: readonly Name[],
  rule: (
    dys: readonly [tf.Tensor, ...tf.Tensor[]],
    inputs: Readonly<Record<Name, tf.Tensor>>,
    attributes: never,
  ) => InputGradients,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: [...inputsToSave],
    gradFunc(dy, saved, attributes) {
      const inputs = Object.fromEntries(inputsToSave.map((name, i) => [name, saved[i]]));
      return rule(
        Array.isArray(dy) ? (dy as [tf.Tensor]) : [dy],
        inputs as Record<Name, tf.Tensor>,
        attributes as never,
      );
    },
  };
}

/** The gradient that is registered, or undefined: tfjs's own type leaves that out. */
export const findGradient: (kernelName: string) => tf.GradConfig | undefined = tf.getGradient;

/** A gradient of tfjs, to be used inside ours. */
export function stockGradient(kernelName: string): tf.GradConfig {
  const stock = findGradient(kernelName);
  if (stock === undefined) throw new Error(`tfjs has no gradient of ${kernelName}`);
  return stock;
}

/** One input's gradient of a list that must have it. */
export function gradientOf(name: string, gradients: InputGradients): tf.Tensor {
  const compute = gradients[name];
  if (compute === undefined) throw new Error(`no gradient of the input ${name}`);
  return compute();
}

/** float32 zeros: the gradient of an input that the output does not follow smoothly, whatever its dtype. */
export const noGradient =
  (input: tf.Tensor): (() => tf.Tensor) =>
  () =>
    tf.zeros(input.shape);

/** Summed over the axes along which `shape` was stretched. */
export function sumTo(shape: readonly number[], tensor: tf.Tensor): tf.Tensor {
  if (tf.util.arraysEqual([...shape], tensor.shape)) return tensor;
  const axes = tf.broadcast_util.getReductionAxes([...shape], tensor.shape);
  return (axes.length > 0 ? tensor.sum(axes) : tensor).reshape([...shape]);
}
