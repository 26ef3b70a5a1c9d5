/**
 * The checkpoints of a training in a folder: each is written aside, brought to the disk and renamed, so that an
 * interruption at any moment leaves a whole one; the one before it is kept beside it.
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DataError, FileError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import { checkSeal, type CheckpointStore } from './checkpoint.ts';

export interface CheckpointFileOptions {
  /** Updates between two checkpoints; one more is made where the training ends. */
  readonly everySteps: number;
}

/** The schema of {@link CheckpointFileOptions}. */
export const checkpointFileSchema = z.strictObject({ everySteps: z.int().positive() });

/** The files of one folder. */
interface Paths {
  readonly folder: string;
  readonly newest: string;
  readonly previous: string;
  /** Where the next one is written; what an interruption leaves here, the next write replaces. */
  readonly aside: string;
}

/**
 * Keeps a training's state as `checkpoint.safetensors` in a folder, which is made where it is missing, and the state
 * before that as `checkpoint.previous.safetensors`. A folder is for one training at a time.
 *
 * A file that cannot be written or read is a FileError; the checkpoints that were there can still be used. A damaged
 * checkpoint is a DataError that says how to go on: no older state is taken up in silence.
 *
 * @example
 * ```ts
 * const checkpoint = checkpointFile('runs/example', { everySteps: 20 });
 * const options = { loss: crossEntropy(), optimizer: sgd({ learningRate: 0.1 }), rng, steps: 30 };
 * await train(model, data, { ...options, checkpoint, resume: 'if present' });
 * ```
 */
export function checkpointFile(folder: string, options: CheckpointFileOptions): CheckpointStore {
  const { everySteps } = parseOptions('checkpointFile', checkpointFileSchema, options);
  const newest = join(folder, 'checkpoint.safetensors');
  const previous = join(folder, 'checkpoint.previous.safetensors');
  const paths = { folder, newest, previous, aside: `${newest}.part` };
  return { everySteps, read: () => readNewest(paths), write: (bytes) => write(paths, bytes) };
}

/** The previous one stands in only where an interruption came between the two renames of `write`. */
async function readNewest({ newest, previous }: Paths): Promise<Uint8Array | null> {
  const last = await readIfThere(newest);
  const file = last ?? (await readIfThere(previous));
  if (file === null) return null;
  const damage = await damageOf(file);
  if (damage === null) return file;
  const earlier = last === null ? null : await readIfThere(previous);
  const cure =
    earlier !== null && (await damageOf(earlier)) === null
      ? `the one before it is whole: rename ${previous} to ${newest} to go on from there, or delete both to begin anew`
      : 'there is no whole one before it: delete it to begin anew';
  throw new DataError(`${last === null ? previous : newest}: ${damage}; ${cure}`);
}

async function write({ folder, newest, previous, aside }: Paths, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeToDisk(aside, bytes);
    await rename(newest, previous).catch(unless('ENOENT'));
    await rename(aside, newest);
    await syncFolder(folder);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw new FileError(newest, 'cannot write', error);
  }
}

/** Returns when the bytes have reached the disk. */
async function writeToDisk(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Brings the names in a folder to the disk, on systems where a folder can be told to. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync().catch(unless('EINVAL', 'ENOTSUP', 'EPERM', 'EISDIR'));
  } finally {
    await folder.close();
  }
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new FileError(path, 'cannot read', error);
  }
}

/** What is wrong with a checkpoint; null when every bit is as it was written. */
async function damageOf(file: Uint8Array): Promise<string | null> {
  try {
    await checkSeal(file);
    return null;
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}

/** A handler of errors that throws them on, except those of the given codes. */
function unless(...codes: readonly string[]): (error: unknown) => void {
  return (error) => {
    if (!codes.includes(codeOf(error))) throw error;
  };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
