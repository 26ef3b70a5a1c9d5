/**
 * Sums of products in Einstein's notation as one matrix product, and the kernel `Einsum` made of it: wasm has none, and
 * the one of cpu leaves out a factor whose letters all stand in the output (`ij,j->j`).
 */
import * as tf from '@tensorflow/tfjs';

/** A tensor and a letter for each of its axes. */
export interface Term {
  readonly letters: string;
  readonly tensor: tf.Tensor;
}

/** One or two terms, summed over every letter that `output` does not have. */
export function contract(terms: readonly Term[], output: string): tf.Tensor {
  const [left, right] = terms.map((term, i) => {
    const elsewhere = terms.filter((_, j) => j !== i).map(({ letters }) => letters);
    return sumOut(term, output + elsewhere.join(''));
  });
  if (left === undefined) throw new TypeError('contract needs a term');
  if (right === undefined) return arrange(left, output);
  const [shared, rows] = partition(left.letters, right.letters);
  const [, columns] = partition(right.letters, left.letters);
  const [batch, summed] = partition(shared, output);
  const size = (letters: string): number => tf.util.sizeFromShape(shapeOf(terms, letters));
  const product = tf.matMul(
    arrange(left, batch + rows + summed).reshape([size(batch), size(rows), size(summed)]),
    arrange(right, batch + summed + columns).reshape([size(batch), size(summed), size(columns)]),
  );
  const letters = batch + rows + columns;
  return arrange({ letters, tensor: product.reshape(shapeOf(terms, letters)) }, output);
}

/** The kernel, of the operations that a backend has. */
export const einsumKernel = (backendName: string): tf.KernelConfig => ({
  kernelName: tf.Einsum,
  backendName,
  kernelFunc({ inputs, attrs }) {
    const tensors = Object.values(inputs) as tf.Tensor[];
    const { equation } = attrs as unknown as tf.EinsumAttrs;
    const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors);
    return tf.tidy(() => contractEquation(equation, tensors));
  },
});

/** The letters of the inputs and of the output: `ij,jk->ik` is `{ inputs: ['ij', 'jk'], output: 'ik' }`. */
export function parseEquation(equation: string): { inputs: string[]; output: string } {
  const [inputs = '', output = ''] = equation.replace(/\s/g, '').split('->');
  return { inputs: inputs.split(','), output };
}

function contractEquation(equation: string, tensors: readonly tf.Tensor[]): tf.Tensor {
  const { inputs, output } = parseEquation(equation);
  return contract(
    tensors.map((tensor, i) => ({ letters: inputs[i] ?? '', tensor })),
    output,
  );
}

/** The letters that `others` has too, and the rest. */
const partition = (letters: string, others: string): [string, string] => [
  keep(letters, (letter) => others.includes(letter)),
  keep(letters, (letter) => !others.includes(letter)),
];

const keep = (letters: string, wanted: (letter: string) => boolean): string =>
  letters.split('').filter(wanted).join('');

function sumOut({ letters, tensor }: Term, kept: string): Term {
  const axes = letters.split('').flatMap((letter, axis) => (kept.includes(letter) ? [] : [axis]));
  if (axes.length === 0) return { letters, tensor };
  return { letters: partition(letters, kept)[0], tensor: tensor.sum(axes) };
}

const arrange = ({ letters, tensor }: Term, order: string): tf.Tensor =>
  tensor.transpose(order.split('').map((letter) => letters.indexOf(letter)));

const shapeOf = (terms: readonly Term[], letters: string): number[] =>
  letters.split('').map((letter) => {
    const term = terms.find((candidate) => candidate.letters.includes(letter));
    return term?.tensor.shape[term.letters.indexOf(letter)] ?? 1;
  });
