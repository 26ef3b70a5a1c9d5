/** An interrupted training goes on as if it had not been interrupted: 0 bits of difference, and no field too many. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { DataError } from '../../src/errors.ts';
import { decodeSafetensors, type Safetensors } from '../../src/formats/safetensors.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { dropout } from '../../src/layers/dropout.ts';
import { initialize, torchDefault } from '../../src/layers/initialize.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { accuracy } from '../../src/metrics/accuracy.ts';
import { adamW } from '../../src/optimizers/adam.ts';
import { clipByGlobalNorm } from '../../src/optimizers/clip.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import type { HistoryData } from '../../src/result/history.ts';
import { type Json, parseJson, stringifyJson } from '../../src/result/json.ts';
import { stepDecay } from '../../src/schedules/decay.ts';
import { reduceOnPlateau } from '../../src/schedules/reduce-on-plateau.ts';
import { warmupCosine } from '../../src/schedules/warmup-cosine.ts';
import type { CheckpointStore } from '../../src/training/checkpoint.ts';
import { packCheckpoint, seal, unpackCheckpoint } from '../../src/training/checkpoint.ts';
import { earlyStopping } from '../../src/training/early-stopping.ts';
import type { BatchStream } from '../../src/training/stream-source.ts';
import { train } from '../../src/training/train.ts';
import type { TrainOptions } from '../../src/training/train-options.ts';
import { withoutLeak } from '../no-leak.ts';

const ROWS = 26;
const rng = Rng.fromSeed(8);

/** Distinct rows: an order that is off by one shows. */
function dataset(rows = ROWS): Dataset {
  const draws = rng.split('data');
  const inputs = { values: draws.normal(rows * 4), shape: [rows, 4] };
  return datasetFrom({ inputs, targets: Array.from({ length: rows }, () => draws.integer(3)), classes: 3 });
}

function net(units = 6): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units, inputShape: [4], useBias: false }),
      batchNormalization(),
      tf.layers.activation({ activation: 'tanh' }),
      dropout({ rate: 0.3 }),
      tf.layers.dense({ units: 3 }),
    ],
  });
  initialize(model, torchDefault, rng.split('model'));
  return model;
}

/** All that has a state: each call makes it anew, as a new process would. */
const TRAININGS: Record<string, () => Partial<TrainOptions>> = {
  'SGD, momentum, step schedule, accumulation': () => ({
    optimizer: sgd({ learningRate: stepDecay({ from: 0.2, every: 7, factor: 0.5 }), momentum: 0.9 }),
    accumulate: 2,
    batchSize: 4,
    steps: 19,
  }),
  'AdamW, cosine, early stopping, averages, mixup, clipping, class weights': () => ({
    optimizer: adamW({ learningRate: warmupCosine({ peak: 0.05, warmupSteps: 5, totalSteps: 40 }) }),
    validation: 0.3,
    metrics: [accuracy()],
    record: ['gradientNorm', 'updateRatio'],
    // The highest loss is met early, so that a forgotten one would show.
    callbacks: [earlyStopping({ mode: 'max', patience: 3, restoreBestWeights: true })],
    averageWeights: { decay: 0.8 },
    mixup: { alpha: 0.4 },
    clip: clipByGlobalNorm({ maxNorm: 0.5 }),
    classWeights: 'balanced',
    epochs: 8,
  }),
  'a plateau controller, and a rate set by a callback': () => {
    const optimizer = sgd({
      learningRate: reduceOnPlateau({ from: 0.5, patience: 0, monitor: 'validation/loss' }),
    });
    const setsRate = {
      onEpochEnd: (epoch: number) => {
        if (epoch === 4) optimizer.learningRate = 0.01;
      },
    };
    return { optimizer, validation: 0.3, callbacks: [setsRate], epochs: 7 };
  },
};

class MemoryStore implements CheckpointStore {
  readonly everySteps: number;
  bytes: Uint8Array | null = null;
  constructor(everySteps: number) {
    this.everySteps = everySteps;
  }
  read(): Promise<Uint8Array | null> {
    return Promise.resolve(this.bytes);
  }
  write(bytes: Uint8Array): Promise<void> {
    this.bytes = bytes;
    return Promise.resolve();
  }
}

interface Result {
  readonly weights: readonly number[];
  readonly history: Omit<HistoryData, 'timings'>;
}

async function run(
  options: Partial<TrainOptions>,
  model = net(),
  data: Dataset | BatchStream = dataset(),
): Promise<Result> {
  const optimizer = options.optimizer ?? sgd();
  const history = await train(model, data, {
    loss: crossEntropy(),
    rng: rng.split('train'),
    batchSize: 6,
    ...options,
    optimizer,
  });
  const weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
  const { timings: _clock, ...rest } = history.data;
  optimizer.dispose();
  model.dispose();
  return { weights, history: rest };
}

/** As `kill -9` would: nothing after update `step` happens, not even the end of its epoch. */
async function killAfter(step: number, options: Partial<TrainOptions>): Promise<void> {
  const killer = {
    onBatchEnd: (at: number) => {
      if (at >= step) throw new Error('killed');
    },
  };
  await run({ ...options, callbacks: [...(options.callbacks ?? []), killer] }).catch((error: unknown) => {
    if (!(error instanceof Error) || error.message !== 'killed') throw error;
  });
}

beforeAll(async () => {
  await useBackend('cpu');
});

describe.each(Object.entries(TRAININGS))('%s', (_, options) => {
  test('killed after any update, once and then again, it ends with the same bits and the same history', async () => {
    const whole = await run(options());
    const last = whole.history.steps - 1;
    for (const [first, second] of [
      [0, 1],
      [3, 4],
      [5, 13],
      [8, 9],
      [last - 1, last],
    ] as const) {
      const checkpoint = new MemoryStore(2);
      await killAfter(first, { ...options(), checkpoint });
      await killAfter(second, { ...options(), checkpoint, resume: 'if present' });
      expect(await run({ ...options(), checkpoint, resume: 'if present' })).toEqual(whole);
    }
  });

  test('stopped by a signal it has kept its last update; a completed one comes back complete', async () => {
    const whole = await run(options());
    const checkpoint = new MemoryStore(1000);
    const stop = new AbortController();
    const stopping = { onBatchEnd: (step: number) => step === 6 && stop.abort() };
    const given = options();
    const callbacks = [...(given.callbacks ?? []), stopping as never];
    const stopped = await run({ ...given, callbacks, checkpoint, signal: stop.signal });
    expect(stopped.history).toMatchObject({ steps: 7, outcome: { kind: 'stopped', by: 'signal' } });
    expect(await run({ ...options(), checkpoint, resume: true })).toEqual(whole);
    const again = await run({ ...options(), checkpoint, resume: true });
    expect(again).toEqual(whole);
  });

  test('every part counts: with one that is 11 updates older the training ends differently, without one it is refused', async () => {
    const whole = await run(options());
    const checkpoint = new MemoryStore(1);
    const fileAfter = async (step: number): Promise<Safetensors & { host: Record<string, Json> }> => {
      await killAfter(step, { ...options(), checkpoint });
      const contents = decodeSafetensors(checkpoint.bytes ?? new Uint8Array());
      return { ...contents, host: parseJson(contents.metadata['host'] ?? '') as Record<string, Json> };
    };
    const [older, newer] = [await fileAfter(1), await fileAfter(12)];
    const resumeFrom = async (
      tensors: Safetensors['tensors'],
      host: Record<string, Json>,
    ): Promise<Result> => {
      const { sha256: _digest, ...metadata } = newer.metadata;
      checkpoint.bytes = await seal(tensors, { ...metadata, host: stringifyJson(host) });
      return run({ ...options(), checkpoint, resume: true });
    };
    expect(await resumeFrom(newer.tensors, newer.host)).toEqual(whole);
    for (const [part, state] of Object.entries(newer.host)) {
      const of = (file: Safetensors, own: boolean) =>
        [...file.tensors].filter(([name]) => name.startsWith(`${part}/`) === own);
      const mixed = new Map([...of(newer, false), ...of(older, true)]);
      const changes = of(newer, true).length > 0 || stringifyJson(state) !== stringifyJson(older.host[part]);
      const host = { ...newer.host, [part]: older.host[part] ?? null };
      if (changes) expect(await resumeFrom(mixed, host), part).not.toEqual(whole);
      const { [part]: _gone, ...without } = newer.host;
      await expect(resumeFrom(newer.tensors, without), part).rejects.toThrow(`it has no ${part}`);
    }
    for (const name of newer.tensors.keys()) {
      const rest = new Map([...newer.tensors].filter(([other]) => other !== name));
      await expect(resumeFrom(rest, newer.host), name).rejects.toThrow(DataError);
    }
  });
});

describe('what is refused, with the difference', () => {
  const options = (): Partial<TrainOptions> => ({ optimizer: adamW(), steps: 6 });
  const checkpoint = new MemoryStore(3);
  beforeAll(async () => {
    await killAfter(4, { ...options(), checkpoint });
  });
  const resumed = (changes: Partial<TrainOptions>, ...rest: [tf.LayersModel?, Dataset?]): Promise<Result> =>
    run({ ...options(), checkpoint, resume: true, ...changes }, ...rest);

  test.each<[string, () => Promise<Result>, RegExp]>([
    ['another batch size', () => resumed({ batchSize: 8 }), /batchSize is 6 there and 8 here/],
    ['other accumulation', () => resumed({ accumulate: 2 }), /accumulate is 1 there and 2 here/],
    [
      'another shape',
      () => resumed({}, net(7)),
      /model\/dense:0\/kernel is \[4, 6\] there and \[4, 7\] here/,
    ],
    [
      'other data',
      () => resumed({}, net(), dataset(27)),
      /data is .*"rows":26.* there and .*"rows":27.* here/,
    ],
    [
      'another optimizer',
      () => resumed({ optimizer: sgd() }),
      /optimizer is .*"adam".* there and .*"sgd".* here/,
    ],
    ['another beta', () => resumed({ optimizer: adamW({ beta1: 0.8 }) }), /optimizer is /],
    ['another seed', () => resumed({ rng: Rng.fromSeed(9) }), /rng is /],
    [
      'mixup, and averages',
      () => resumed({ mixup: { alpha: 1 }, averageWeights: { decay: 0.9 } }),
      /mixup is null there and .*averageWeights is null there .*it has no average/,
    ],
    ['a callback with a state', () => resumed({ callbacks: [earlyStopping()] }), /it has no callback 0/],
  ])('%s', async (_, work, message) => {
    await expect(work()).rejects.toThrow(message);
    await expect(work()).rejects.toThrow(DataError);
  });

  test('a lower learning rate is allowed: what a training that diverged needs', async () => {
    const { history } = await resumed({ optimizer: adamW({ learningRate: 1e-5 }) });
    expect(history.steps).toBe(6);
    expect(history.series['learningRate']?.values.slice(2)).toEqual([1e-3, 1e-5, 1e-5, 1e-5]);
  });

  test('without a checkpoint: an error, unless it need not be there', async () => {
    const empty = new MemoryStore(10);
    await expect(resumed({ checkpoint: empty })).rejects.toThrow("resume: 'if present' begins anew");
    expect((await resumed({ checkpoint: empty, resume: 'if present' })).history.steps).toBe(6);
    await expect(run({ ...options(), resume: true })).rejects.toThrow('resume needs a checkpoint');
  });
});

test('every flipped bit is detected, and nothing of the model or the optimizer is touched', async () => {
  const part = {
    tensors: () => new Map([['w', tf.variable(tf.tensor1d([1, 2]))]]),
    host: () => ({ step: 3 }),
    restoreHost: () => undefined,
  };
  const file = await packCheckpoint(new Map([['model', part]]), { batchSize: 4 });
  await unpackCheckpoint(file, new Map([['model', part]]), { batchSize: 4 });
  for (let bit = 0; bit < 8 * file.length; bit++) {
    const damaged = file.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await expect(
      unpackCheckpoint(damaged, new Map([['model', part]]), { batchSize: 4 }),
      `bit ${bit}`,
    ).rejects.toThrow(DataError);
  }
});

test('checkpoints leak nothing', async () => {
  const [model, optimizer] = [net(), sgd()];
  const options = { loss: crossEntropy(), rng, optimizer, batchSize: 6 };
  await train(model, dataset(), { ...options, steps: 1 });
  const checkpoint = new MemoryStore(1);
  await withoutLeak(async () => {
    await train(model, dataset(), { ...options, steps: 3, checkpoint });
  });
});

describe('epochs', () => {
  const options = (epochs: number): Partial<TrainOptions> => ({
    optimizer: sgd({ learningRate: 0.1 }),
    epochs,
  });

  test('a completed training is resumed with more epochs', async () => {
    const checkpoint = new MemoryStore(1000);
    await run({ ...options(1), checkpoint });
    const { history, weights } = await run({ ...options(3), checkpoint, resume: true });
    expect(history.outcome).toEqual({ kind: 'completed' });
    expect(history.steps).toBe(15); // 26 rows in batches of 6
    expect(weights).toEqual((await run(options(3))).weights);
  });

  test('of a stream are counted over an interruption', async () => {
    const stream: BatchStream = function* () {
      for (const first of [0, 6, 12]) {
        const rows = dataset().take(Array.from({ length: 6 }, (_, i) => first + i));
        yield {
          inputs: tf.tensor2d(rows.inputs.values, [6, 4]),
          targets: tf.tensor1d(rows.targets.values, 'int32'),
        };
      }
    };
    const streamed = (more: Partial<TrainOptions>): Promise<Result> =>
      run({ ...options(2), ...more }, net(), stream);
    const whole = await streamed({});
    expect(whole.history.steps).toBe(6);
    const checkpoint = new MemoryStore(1);
    const stop = new AbortController();
    await streamed({
      checkpoint,
      signal: stop.signal,
      callbacks: [{ onBatchEnd: (step) => void (step === 3 && stop.abort()) }],
    });
    expect(await streamed({ checkpoint, resume: true })).toEqual(whole);
    expect(await streamed({ checkpoint, resume: true })).toEqual(whole);
    expect((await streamed({ ...options(3), checkpoint, resume: true })).history.steps).toBe(9);
  });

  test('a second call makes its own, with another batch size too', async () => {
    const optimizer = sgd({ learningRate: 0.01 });
    const model = net();
    const fit = (more: Partial<TrainOptions>) =>
      train(model, dataset(), { loss: crossEntropy(), rng, optimizer, batchSize: 6, ...more });
    expect((await fit({ epochs: 1 })).steps).toBe(5);
    expect((await fit({ epochs: 1, batchSize: 13 })).steps).toBe(2);
    expect((await fit({ steps: 2 })).steps).toBe(2);
    expect((await fit({ epochs: 1 })).steps).toBe(5);
  });
});

test('other settings of the loss are another training', async () => {
  const checkpoint = new MemoryStore(3);
  await run({ optimizer: sgd(), steps: 3, checkpoint });
  const loss = crossEntropy({ labelSmoothing: 0.3 });
  await expect(run({ optimizer: sgd(), steps: 6, checkpoint, resume: true, loss })).rejects.toThrow(
    /loss is .*there and .*0.3/,
  );
});
