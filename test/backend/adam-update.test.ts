import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { adamUpdate } from '../../src/backend/adam-update.ts';
import { restoreStock } from '../../src/backend/kernels.ts';
import { useBackend } from '../../src/backend/use-backend.ts';
import { Rng } from '../../src/random/rng.ts';
import { withoutLeak } from '../no-leak.ts';

const SCALARS = { stepSize: 3e-3, gradientShare: 0.1, secondKept: 0.999, secondShare: 1e-3, epsilon: 1e-8 };

/** Some numbers at the edges: 0, denormal, huge, NaN. */
function numbers(size: number, label: string): Float32Array {
  const edges = [0, 1e-42, 1e19, -1e-20, Number.NaN];
  return Rng.fromSeed(3)
    .split(label)
    .normal(size)
    .map((value, i) => edges[i] ?? value);
}

const scalars = () => ({
  stepSize: tf.scalar(SCALARS.stepSize),
  gradientShare: tf.scalar(SCALARS.gradientShare),
  secondKept: tf.scalar(SCALARS.secondKept),
  secondShare: tf.scalar(SCALARS.secondShare),
  epsilon: tf.scalar(SCALARS.epsilon),
});

test.each(['cpu', 'wasm'] as const)(
  'one loop has the bits of the twelve operations on %s',
  async (backend) => {
    await useBackend(backend);
    await withoutLeak(() =>
      tf.tidy(() => {
        const [parameter, g, m, root] = ['parameter', 'gradient', 'm', 'v'].map((label) =>
          tf.tensor2d(numbers(77, label), [7, 11]),
        ) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        const [v, s] = [root.square(), scalars()];
        const fused = adamUpdate(parameter, g, { firstMoment: m, secondMoment: v }, s);
        const firstMoment = m.add(g.sub(m).mul(s.gradientShare));
        const secondMoment = v.mul(s.secondKept).add(g.mul(s.secondShare).mul(g));
        const expected = parameter.sub(firstMoment.div(secondMoment.sqrt().add(s.epsilon)).mul(s.stepSize));
        expect(fused?.parameter.shape).toEqual([7, 11]);
        expect(fused?.parameter.dataSync()).toEqual(expected.dataSync());
        expect(fused?.slots.firstMoment.dataSync()).toEqual(firstMoment.dataSync());
        expect(fused?.slots.secondMoment.dataSync()).toEqual(secondMoment.dataSync());
      }),
    );
  },
);

test('without the kernel, and on wasm for a large parameter, the operations are left to the caller', async () => {
  const isFused = (size: number): boolean =>
    tf.tidy(() => {
      const x = tf.zeros([size]);
      return adamUpdate(x, x, { firstMoment: x, secondMoment: x }, scalars()) !== undefined;
    });
  await useBackend('wasm');
  expect([isFused(4096), isFused(4097)]).toEqual([true, false]);
  await useBackend('cpu');
  expect(isFused(4097)).toBe(true);
  restoreStock();
  expect(isFused(1)).toBe(false);
});
