/** Operations whose output jumps or stays as an input moves: their gradient is zero, where tfjs has none or another. */
import * as tf from '@tensorflow/tfjs';
import { gradient, noGradient } from './gradient.ts';

/** Kernels and the inputs of each. tfjs lets a gradient through `FloorDiv`, and has none of the others. */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    [
      tf.Equal,
      tf.NotEqual,
      tf.Greater,
      tf.GreaterEqual,
      tf.Less,
      tf.LessEqual,
      tf.LogicalAnd,
      tf.LogicalOr,
      tf.FloorDiv,
    ].map((kernelName) => [kernelName, ['a', 'b']]),
  ),
  [tf.LogicalNot]: ['x'],
  [tf.All]: ['x'],
  [tf.Any]: ['x'],
  [tf.Multinomial]: ['logits'],
  [tf.SearchSorted]: ['sortedSequence', 'values'],
};

export const stepGradients = (): tf.GradConfig[] => [
  ...Object.entries(STEPS).map(([kernelName, names]) =>
    gradient(kernelName, names, (_, inputs) =>
      Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, noGradient(input)])),
    ),
  ),
  // tfjs hands the gradient of an integer on as if the number had not been cut off.
  gradient(tf.Cast, [], ([dy], _, { dtype }: tf.CastAttrs) => ({
    x: () => (dtype === 'float32' ? dy.clone() : tf.zeros(dy.shape)),
  })),
];
