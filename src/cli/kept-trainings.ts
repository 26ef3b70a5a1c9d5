/** What an unfinished run keeps of each training, in its folder: checkpoints, histories, the last model. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FileError } from '../errors.ts';
import type { RunKey, TrainingKey, TrainingStore } from '../recipe/run-store.ts';
import { historyLog } from '../tracking/history-log.ts';
import { tensorBoard } from '../tracking/tensor-board.ts';
import type { Callback } from '../training/callback.ts';
import { checkpointFile } from '../training/checkpoint-file.ts';
import { saveModel } from '../training/model-file.ts';

/** Updates between two checkpoints of a training. */
const CHECKPOINT_EVERY = 200;

/** What is kept, as plain data. */
export interface KeptTrainings {
  /** Of the unfinished run. */
  readonly folder: string;
  /** The run whose last model is kept. */
  readonly modelOf: RunKey | undefined;
  /** Keep the history of each training, as JSON lines and for TensorBoard. */
  readonly track: boolean;
}

/**
 * Opens what is kept of one training, before its first step.
 *
 * @param onNote - Told when the model cannot be kept.
 */
export async function openTraining(
  { folder, modelOf, track }: KeptTrainings,
  run: RunKey,
  training: TrainingKey,
  onNote: (text: string) => void,
): Promise<TrainingStore> {
  const checkpoints = join(trainingsFolder(folder, run), String(training.ordinal));
  const keepsModel = modelOf?.arm === run.arm && modelOf.seed === run.seed;
  const place = join(runName(run), `${training.ordinal}-${fileName(training.name)}`);
  return {
    checkpoint: checkpointFile(checkpoints, { everySteps: CHECKPOINT_EVERY }),
    callbacks: track ? await trackers(folder, place, checkpoints) : [],
    ...(keepsModel && { keepModel: (...model) => keepModel(join(folder, 'model'), model, onNote) }),
  };
}

/** Where the checkpoints of one run are. */
export const trainingsFolder = (folder: string, run: RunKey): string =>
  join(folder, 'trainings', runName(run));

/** They go on where the checkpoint was made. Without one the training begins anew, and so do they. */
async function trackers(folder: string, place: string, checkpoints: string): Promise<readonly Callback[]> {
  const log = join(folder, 'history', `${place}.jsonl`);
  const events = join(folder, 'events', place);
  const files = await readdir(checkpoints).catch((): string[] => []);
  if (files.length === 0) for (const path of [log, events]) await rm(path, { recursive: true, force: true });
  return [historyLog(log), tensorBoard(events)];
}

/** A model that no file can hold is no reason to lose its run. */
async function keepModel(
  folder: string,
  [model, meaning]: Parameters<NonNullable<TrainingStore['keepModel']>>,
  onNote: (text: string) => void,
): Promise<void> {
  try {
    await saveModel(model, folder, meaning);
  } catch (error) {
    if (error instanceof FileError) throw error;
    onNote(`the trained model is not kept: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const runName = ({ arm, seed }: RunKey): string => `${fileName(arm)}-${seed}`;

/** A name that every file system takes. */
const fileName = (name: string): string => name.replace(/[^\p{Letter}\p{Number}_=.]+/gu, '-').slice(0, 60);
