/** Which trainings of a recipe are measured, and that nothing of them stays. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { BackendInfo } from '../../src/backend/backend-info.ts';
import { useBackend } from '../../src/backend/use-backend.ts';
import { squaredError } from '../../src/losses/regression.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { defineRecipe, type Equation } from '../../src/recipe/recipe.ts';
import { recipeKernels, type RecipeKernelsOptions } from '../../src/recipe/recipe-kernels.ts';
import { trainingOf } from '../../src/result/training-kernels.ts';
import type { RunContext } from '../../src/recipe/run-context.ts';
import { atLeast } from '../../src/result/verdict.ts';
import { withoutLeak } from '../no-leak.ts';

let backend: BackendInfo;
let add: tf.KernelConfig;
beforeAll(async () => {
  backend = await useBackend('cpu');
  add = tf.getKernel('Add', 'cpu');
});

const sentence = (en: string): { en: string; zh: string } => ({ en, zh: en });
const PLANNED = 40;
const LENGTH = { warmUp: 2, updates: 3 };

/** What an equation asks for. */
type Asked = Pick<Equation, 'part' | 'arm' | 'training'>;

/** A part anywhere, or where it is asked for. */
const asked = (part: string | Asked): Asked => (typeof part === 'string' ? { part } : part);

/** Each arm: a minimization, then a net, with a norm in the second arm. */
function recipe(parts: readonly (string | Asked)[], heard: (what: string) => void = () => undefined) {
  const runArm = async ({ arm, armName, minimize, train }: RunContext<object, string>) => {
    const objective = (w: tf.Tensor1D): tf.Scalar => {
      heard(`${armName} bowl`);
      return w.square().sum().asScalar();
    };
    const optimizer = sgd({ learningRate: 0.01 });
    await minimize('bowl', { objective, start: [1], steps: PLANNED, optimizer });
    tf.scalar(1); // which an arm that ends here cannot free
    const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [1], units: 1 })] });
    if (arm === 'norm') model.add(tf.layers.batchNormalization());
    await train('net', {
      model,
      data: { inputs: [[1], [2]], targets: [[1.5], [2]] },
      loss: squaredError(),
      optimizer: sgd({ learningRate: 0.01 }),
      steps: PLANNED,
      callbacks: [{ onBatchEnd: () => heard(`${armName} net`) }],
    });
    model.dispose();
    return { done: 1 };
  };
  return defineRecipe({
    id: 'two',
    lecture: '0.1',
    text: {
      title: sentence('Two'),
      summary: sentence('Two.'),
      arms: { plain: sentence('plain'), norm: sentence('norm') },
      claims: { done: sentence('it ends') },
      measures: {},
    },
    options: z.object({}),
    arms: () => ({ plain: 'plain', norm: 'norm' }),
    seeds: { full: 2, quick: 2 },
    runArm,
    claims: [
      { id: 'done', arm: 'norm', control: 'plain', measure: ({ arm }) => arm.done, expect: atLeast(2) },
    ],
    equations: parts.map(asked).map((of) => ({ equation: `an equation of ${of.part}`, code: 'code', ...of })),
    figures: () => [],
  });
}

/** The trainings measured as `arm, training`, and how many updates of each kind were made. */
async function measured(
  parts: readonly (string | Asked)[],
  options: Partial<RecipeKernelsOptions> = {},
): Promise<{ trainings: string[]; updates: Record<string, number>; parts: string[][] }> {
  const updates: Record<string, number> = {};
  const heard = (what: string): void => void (updates[what] = (updates[what] ?? 0) + 1);
  const { trainings } = await withoutLeak(() =>
    recipeKernels(recipe(parts, heard), { backend, ...LENGTH, ...options }),
  );
  return {
    trainings: trainings.map(({ arm, training }) => `${arm}, ${training}`),
    updates,
    parts: trainings.map((training) => training.parts.map(({ part }) => part)),
  };
}

test('the first training is enough for its own parts, and is short', async () => {
  const { trainings, updates, parts } = await measured(['objective', 'gradient', 'update']);
  expect(trainings).toEqual(['plain, bowl']);
  expect(parts).toEqual([['objective', 'gradient', 'update', 'other']]);
  // Five updates, and the loss at the end.
  expect(updates).toEqual({ 'plain bowl': 5 + 1 });
});

test('a recipe without equations shows its first training', async () => {
  expect((await measured([])).trainings).toEqual(['plain, bowl']);
});

test('where a part is missing the trainings and arms after it are looked at', async () => {
  const { trainings, updates } = await measured(['dense', 'loss']);
  expect(trainings).toEqual(['plain, net']);
  expect(updates).toEqual({ 'plain bowl': 6, 'plain net': 5 });
});

test('only trainings with a part that none before them has are kept', async () => {
  const { trainings, parts } = await measured(['update', 'batch_normalization', 'dense']);
  expect(trainings).toEqual(['plain, bowl', 'plain, net', 'norm, net']);
  expect(parts[2]).toEqual(['dense', 'batch_normalization', 'loss', 'gradient', 'update', 'other']);
});

test('a part that nothing has stays unseen, when every training has been looked at', async () => {
  const { trainings, updates } = await measured(['conv2d']);
  expect(trainings).toEqual(['plain, bowl']);
  expect(updates).toEqual({ 'plain bowl': 6, 'plain net': 5, 'norm bowl': 6, 'norm net': 5 });
});

test('an equation is measured in its own arm and training, and arms that none asks for are passed over', async () => {
  const there = { part: 'update', arm: 'norm' };
  const inNorm = await measured([there]);
  expect(inNorm.trainings).toEqual(['norm, bowl']);
  expect(inNorm.updates).toEqual({ 'norm bowl': 6 });
  expect((await measured([{ part: 'update', training: 'net' }])).trainings).toEqual(['plain, net']);
  const both = await measured([
    'update',
    there,
    { ...there, training: 'net' },
    { part: 'dense', arm: 'norm' },
  ]);
  expect(both.trainings).toEqual(['plain, bowl', 'norm, bowl', 'norm, net']);
  // The first arm has shown all by its first training; its second is not begun.
  expect(both.updates).toEqual({ 'plain bowl': 6, 'norm bowl': 6, 'norm net': 5 });
});

test('an equation finds the training that shows it', async () => {
  const whole = recipe([
    'update',
    { part: 'update', arm: 'norm' },
    { part: 'dense', arm: 'plain' },
    'conv2d',
  ]);
  const { equations, trainings } = await recipeKernels(whole, { backend, ...LENGTH });
  const found = equations.map((equation) => trainingOf(equation, trainings));
  expect(found.map((training) => training && [training.arm, training.training])).toEqual([
    ['plain', 'bowl'],
    ['norm', 'bowl'],
    ['plain', 'net'],
    undefined,
  ]);
});

test('a part that its arm lacks is not taken from another', async () => {
  const { trainings } = await measured([{ part: 'batch_normalization', arm: 'plain' }, 'update']);
  expect(trainings).toEqual(['plain, bowl']);
});

test('the arm of an equation must exist', () => {
  expect(() => recipe([{ part: 'update', arm: 'nrom' }])).toThrow(
    'equation an equation of update.arm must be an arm, received "nrom" (did you mean "norm"?)',
  );
});

test('an arm that wants longer trainings has shown its kernels; one that fails before them fails', async () => {
  const whole = recipe(['conv2d']);
  const reason = new RangeError('no value at step 40');
  const wanting = {
    ...whole,
    runArm: async (context: RunContext<Record<string, never>, string>) => {
      await whole.runArm(context);
      throw reason;
    },
  };
  const { trainings } = await withoutLeak(() => recipeKernels(wanting, { backend, ...LENGTH }));
  expect(trainings.map(({ training }) => training)).toEqual(['bowl']);
  const failing = { ...whole, runArm: () => Promise.reject(reason) };
  await expect(recipeKernels(failing, { backend, ...LENGTH })).rejects.toBe(reason);
});

test('an abort ends it with its reason, also in the middle', async () => {
  const reason = new Error('enough of it');
  await expect(measured(['dense'], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const heard = (what: string): void => {
    if (what === 'plain net') controller.abort(reason);
  };
  const running = (): Promise<unknown> =>
    recipeKernels(recipe(['conv2d'], heard), { backend, signal: controller.signal, ...LENGTH });
  await withoutLeak(() => expect(running()).rejects.toBe(reason));
  expect(tf.getKernelsForBackend('cpu').find(({ kernelName }) => kernelName === 'Add')).toBe(add);
});

test('says what was measured, and where', async () => {
  const kernels = await recipeKernels(recipe(['update']), { backend, seed: 7, ...LENGTH });
  expect(kernels).toMatchObject({
    recipe: { id: 'two', title: sentence('Two') },
    seed: 7,
    backend: { name: 'cpu', device: 'CPU (JavaScript)', isGpu: false },
    equations: [{ equation: 'an equation of update', code: 'code', part: 'update' }],
    trainings: [{ arm: 'plain', training: 'bowl', steps: 3 }],
  });
});
