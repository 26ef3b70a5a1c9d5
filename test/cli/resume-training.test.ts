/** `run` keeps of each training what it takes to go on in its middle, and what it leaves: model, history, events. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, expect, test } from 'vitest';
import { datasetFrom, initialize, sgd, squaredError, torchDefault } from '../../src/index.ts';
import type { AnyRecipe } from '../../src/recipe/recipe.ts';
import type { RunContext } from '../../src/recipe/run-context.ts';
import type { RunData } from '../../src/result/recipe-result.ts';
import { useFakeProcess } from './harness.ts';
import { tiny } from './fixtures/tiny.ts';

const cli = useFakeProcess();

/** More than one checkpoint. */
const STEPS = 250;

type Context = RunContext<unknown, number>;
let runArm: (context: Context) => Promise<RunData>;
/** What the `count`-th update of a command does. */
let onUpdate: (count: number) => void;

const read = (name: string): Promise<string> => readFile(join(cli.io.cwd, name), 'utf8');

beforeEach(() => {
  onUpdate = () => undefined;
  runArm = async ({ arm, rng, train }) => {
    const data = datasetFrom({
      inputs: { values: rng.split('x').normal(16), shape: [8, 2] },
      targets: Array.from(rng.split('y').normal(8)),
    });
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
    initialize(model, torchDefault, rng);
    const optimizer = sgd({ learningRate: arm / 1000, momentum: 0.9 });
    const settings = { loss: squaredError(), optimizer, batchSize: 4, steps: STEPS, callbacks: [watching] };
    const history = await train('line', { model, data, ...settings });
    model.dispose();
    return { value: history.last('train/loss') };
  };
  const recipe: AnyRecipe = { ...tiny, runArm: (context: Context) => runArm(context) };
  Object.assign(cli.io, { course: { ...cli.io.course, load: async () => [recipe] } });
});

let updates = 0;
const watching = {
  onBatchEnd: () => onUpdate(++updates),
  // Nothing to remember over an interruption.
  tensors: () => new Map<string, tf.Variable>(),
  host: () => null,
  restoreHost: () => undefined,
};

/** Runs the command; its updates are counted anew. */
function run(...flags: string[]): Promise<number> {
  updates = 0;
  return cli.run('run', 'tiny', '--seeds', '1', ...flags);
}

const stopAt =
  (step: number) =>
  (count: number): void => {
    if (count === step) cli.io.signals.emit('SIGINT');
  };

const filesIn = async (folder: string): Promise<string[]> =>
  (await cli.files())
    .filter((name) => name.startsWith(`${folder}/`))
    .map((name) => name.slice(folder.length + 1).replace(/tfevents\..*/, 'tfevents'));

test('goes on in its middle; model and histories are those of one run, and no line stands twice', async () => {
  expect(await run('--track', '--out', 'whole')).toBe(0);
  const tracked = ['large-1000/1-line', 'small-1000/1-line'];
  const files = await filesIn('whole');
  expect(files.filter((name) => name.endsWith('.jsonl'))).toEqual(
    tracked.map((name) => `history/${name}.jsonl`),
  );
  expect(files.filter((name) => name.endsWith('tfevents'))).toEqual(
    tracked.map((name) => `events/${name}/events.out.tfevents`),
  );

  // In the first training before and after its first checkpoint, and in the second one.
  for (const [stop, ...resume] of [[100], [130, '--resume'], [120, '--resume']] as const) {
    onUpdate = stopAt(stop);
    expect(await run('--track', '--out', 'o', ...resume)).toBe(130);
    expect(await filesIn('o')).toContain('unfinished/config.json');
  }
  onUpdate = () => undefined;
  expect(await run('--track', '--out', 'o', '--resume')).toBe(0);
  expect(updates).toBe(2 * STEPS - 100 - 130 - 120);
  const result = async (folder: string): Promise<unknown> =>
    (JSON.parse(await read(`${folder}/result.json`)) as { runs: unknown }).runs;
  expect(await result('o')).toEqual(await result('whole'));
  for (const name of tracked)
    expect(await read(`o/history/${name}.jsonl`)).toBe(await read(`whole/history/${name}.jsonl`));
  const weights = (list: readonly string[]): string[] => list.filter((name) => name.endsWith('.bin'));
  expect(weights(await filesIn('o'))).toEqual(weights(files));
  expect(weights(files)).toHaveLength(1);
});

test('killed before its first checkpoint, it begins anew, and so does its history', async () => {
  let killAt = 0;
  const killer = {
    ...watching,
    onBatchEnd: (step: number) => {
      if (step === killAt) throw new RangeError('Array buffer allocation failed');
    },
  };
  runArm = async ({ arm, rng, train }) => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    initialize(model, torchDefault, rng);
    // One optimizer for both: the second training has its first step behind that of the first one.
    const settings = {
      model,
      data: datasetFrom({ inputs: [[1], [2]], targets: [0.5, 1.5] }),
      loss: squaredError(),
      optimizer: sgd({ learningRate: arm / 1000 }),
      callbacks: [killer],
    };
    await train('line', { ...settings, steps: 20 });
    const history = await train('line', { ...settings, steps: 60 });
    model.dispose();
    return { value: history.last('train/loss') };
  };
  killAt = -1;
  expect(await run('--track', '--out', 'whole')).toBe(0);
  killAt = 50;
  expect(await run('--track', '--out', 'o')).toBe(7);
  expect(await filesIn('o')).toContain('unfinished/history/small-1000/2-line.jsonl');
  killAt = -1;
  expect(await run('--track', '--out', 'o', '--resume')).toBe(0);
  const log = 'history/small-1000/2-line.jsonl';
  expect(await read(`o/${log}`)).toBe(await read(`whole/${log}`));
});

test('its checkpoints go with its run', async () => {
  const files: string[][] = [];
  const train = runArm;
  runArm = async (context) => {
    files.push(await filesIn('runs/tiny/unfinished/trainings'));
    const data = await train(context);
    files.push(await filesIn('runs/tiny/unfinished/trainings'));
    return data;
  };
  expect(await run()).toBe(0);
  const checkpoints = ['', '/checkpoint.previous.safetensors', '/checkpoint.safetensors'];
  const of = (arm: string): string[] => [arm, ...checkpoints.map((name) => `${arm}/1${name}`)];
  expect(files).toEqual([[], of('small-1000'), [], of('large-1000')]);
});

test('a result without a model takes the older model away', async () => {
  expect(await run()).toBe(0);
  expect(await cli.files()).toContain('runs/tiny/model/model.json');
  runArm = async () => ({ value: 1 });
  expect(await run()).toBe(0);
  expect(await cli.files()).not.toContain('runs/tiny/model');
});

test('a model that no file can hold is no reason to lose its run', async () => {
  const train = runArm;
  runArm = (context) =>
    train({
      ...context,
      async train(name, options) {
        const [layer] = options.model.layers;
        if (layer) layer.getConfig = () => ({ range: Number.POSITIVE_INFINITY });
        return context.train(name, options);
      },
    });
  expect(await run()).toBe(0);
  expect(cli.io.stderr.text).toMatch(/\nthe trained model is not kept: [^\n]+range/);
  expect(await cli.files()).not.toContain('runs/tiny/model');
});

test('a checkpoint of another training is refused, with the way out', async () => {
  onUpdate = stopAt(150);
  expect(await run()).toBe(130);
  const train = runArm;
  runArm = (context) =>
    train({ ...context, train: (name, options) => context.train(name, { ...options, batchSize: 2 }) });
  expect(await run('--resume')).toBe(4);
  expect(cli.io.stderr.lines.slice(-2)).toEqual([
    '0 runs done; go on with --resume, or delete runs/tiny/unfinished to begin anew',
    'error: the checkpoint is of another training: batchSize is 4 there and 2 here',
  ]);
});
