/** Sums of products in Einstein's notation: a gradient is such a sum again. */
import * as tf from '@tensorflow/tfjs';
import { contract, parseEquation } from '../einsum.ts';

/**
 * Of `ij,jk->ik` the first input's is `ik,jk->ij` of the output's gradient and the other input. A letter that stands in
 * one input alone was summed away: the gradient is the same at each of its places.
 */
export const einsumGradient = (): tf.GradConfig => ({
  kernelName: tf.Einsum,
  saveAllInputs: true,
  gradFunc(dy, saved, attributes) {
    const { equation } = attributes as unknown as tf.EinsumAttrs;
    const { inputs, output } = parseEquation(equation);
    const terms = saved.map((tensor, i) => ({ letters: inputs[i] ?? '', tensor }));
    return Object.fromEntries(
      terms.map(({ letters, tensor: { shape } }, i) => {
        const factors = [{ letters: output, tensor: dy as tf.Tensor }, ...terms.filter((_, j) => j !== i)];
        const isKnown = (letter: string): boolean =>
          factors.some((factor) => factor.letters.includes(letter));
        const known = letters.split('').filter(isKnown).join('');
        const withOnes = letters.split('').map((letter, axis) => (isKnown(letter) ? (shape[axis] ?? 1) : 1));
        return [i, () => tf.broadcastTo(contract(factors, known).reshape(withOnes), shape)];
      }),
    );
  },
});
