import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { einsumKernel } from '../../src/backend/einsum.ts';
import { installKernels, restoreStock } from '../../src/backend/kernels.ts';
import { Rng } from '../../src/random/rng.ts';
import { withoutLeak } from '../no-leak.ts';
import { relativeError, SUMS } from '../tolerances.ts';
import { spread } from './gradient-check.ts';

beforeAll(() => import('@tensorflow/tfjs-backend-wasm'));

const SIZES: Readonly<Record<string, number>> = { a: 2, b: 3, c: 1, d: 2 };
const LETTERS = Object.keys(SIZES);
const shapeOf = (letters: string): number[] => letters.split('').map((letter) => SIZES[letter] ?? 1);

/** The definition: for each choice of places, the product of the terms there is added to its place in the output. */
function bruteForce(terms: string[], output: string, tensors: readonly tf.Tensor[]): number[] {
  const letters = [...new Set(terms.join('') + output)];
  const numbers = tensors.map((tensor) => tensor.dataSync());
  const sums = Array.from({ length: tf.util.sizeFromShape(shapeOf(output)) }, () => 0);
  const place = (term: string, at: Record<string, number>): number =>
    term.split('').reduce((index, letter) => index * (SIZES[letter] ?? 1) + (at[letter] ?? 0), 0);
  const visit = (depth: number, at: Record<string, number>): void => {
    const letter = letters[depth];
    if (letter === undefined) {
      const product = terms.reduce((factor, term, i) => factor * (numbers[i]?.[place(term, at)] ?? 0), 1);
      sums[place(output, at)] = (sums[place(output, at)] ?? 0) + product;
      return;
    }
    for (let i = 0; i < (SIZES[letter] ?? 1); i++) visit(depth + 1, { ...at, [letter]: i });
  };
  visit(0, {});
  return sums;
}

/** 60 equations of one or two terms; letters and order by chance. */
function equations(): { terms: string[]; output: string }[] {
  const rng = Rng.fromSeed(0);
  const some = (letters: string[]): string => {
    const kept = letters.filter(() => rng.integer(2) === 1);
    return Array.from(rng.permutation(kept.length), (i) => kept[i]).join('');
  };
  return Array.from({ length: 60 }, (_, i) => {
    const terms = i % 4 === 0 ? [some(LETTERS)] : [some(LETTERS), some(LETTERS)];
    return { terms, output: some([...new Set(terms.join(''))]) };
  });
}

describe.each(['cpu', 'wasm'])('einsum on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
    installKernels(backend, () => [einsumKernel(backend)]);
  });
  afterAll(() => restoreStock());

  test('is the sum of products that its equation says, and so are its gradients', async () => {
    await withoutLeak(() => {
      for (const { terms, output } of equations())
        tf.tidy(() => {
          const equation = `${terms.join(',')}->${output}`;
          const tensors = terms.map((term, i) => spread(shapeOf(term), i + 1));
          const expected = bruteForce(terms, output, tensors);
          expect(relativeError(tf.einsum(equation, ...tensors).dataSync(), expected), equation).toBeLessThan(
            SUMS,
          );
          const weights = spread(shapeOf(output), 3);
          const loss = (...inputs: tf.Tensor[]): tf.Tensor =>
            tf
              .einsum(equation, ...inputs)
              .mul(weights)
              .sum();
          const gradients = tf.grads(loss)(tensors);
          for (const [i, term] of terms.entries()) {
            // A letter of `term` alone is one over which the others have nothing to say: the same at each of its places.
            const others = terms.toSpliced(i, 1);
            const factors = [weights, ...tensors.toSpliced(i, 1)];
            const wanted = bruteForce([output, ...others], term, factors);
            expect(relativeError(gradients[i]?.dataSync() ?? [], wanted), `${equation}, ${i}`).toBeLessThan(
              SUMS,
            );
          }
        });
    });
  });

  test('refuses what it cannot read, sizes that differ, and a letter twice', async () => {
    await withoutLeak(() => {
      const x = tf.ones([2, 3]);
      expect(() => tf.einsum('ij', x)).toThrow(/arrow/);
      expect(() => tf.einsum('ij,jk->ik', x, x)).toThrow(/dimension/);
      expect(() => tf.einsum('ii->i', x)).toThrow(/duplicate/);
      x.dispose();
    });
  });
});
