/** A training of a few numbers for the callbacks that follow one, and a folder to write to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { onTestFinished } from 'vitest';
import { squaredError } from '../../src/losses/regression.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { Rng } from '../../src/random/rng.ts';
import type { History } from '../../src/result/history.ts';
import type { Callback } from '../../src/training/callback.ts';
import type { CheckpointStore } from '../../src/training/checkpoint.ts';
import { train } from '../../src/training/train.ts';
import type { TrainOptions } from '../../src/training/train-options.ts';

/** An empty folder that goes with the test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-recipes-tracking-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Updates of an epoch of {@link smallTraining}. */
export const EPOCH = 4;

/** 3 epochs of 4 updates, with validation. */
export async function smallTraining(options: Partial<TrainOptions> = {}): Promise<History> {
  const optimizer = options.optimizer ?? sgd({ learningRate: 0.1 });
  const layer = tf.layers.dense({ inputShape: [1], units: 1, kernelInitializer: 'zeros' });
  const model = tf.sequential({ layers: [layer] });
  const inputs = Array.from({ length: 10 }, (_, row) => [row / 10]);
  const data = { inputs, targets: inputs.map(([x = 0]) => [3 * x + 1]) };
  const own = { loss: squaredError(), rng: Rng.fromSeed(4), batchSize: 2, validation: 0.2 };
  try {
    return await train(model, data, {
      ...own,
      ...(options.steps === undefined && { epochs: 3 }),
      ...options,
      optimizer,
    });
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

/** As `kill -9` would: nothing happens after update `step`; the callbacks before it have heard of it. */
export async function killedAt(step: number, options: Partial<TrainOptions>): Promise<void> {
  const killer: Callback = {
    passive: true,
    onBatchEnd(at) {
      if (at === step) throw new Error('killed');
    },
  };
  const callbacks = [...(options.callbacks ?? []), killer];
  await smallTraining({ ...options, callbacks }).catch((error: unknown) => {
    if (!(error instanceof Error) || error.message !== 'killed') throw error;
  });
}

/** A checkpoint every so many steps, kept in memory. */
export function memoryStore(everySteps: number): CheckpointStore {
  let kept: Uint8Array | null = null;
  return {
    everySteps,
    read: () => Promise.resolve(kept),
    write(bytes) {
      kept = bytes;
      return Promise.resolve();
    },
  };
}
