/**
 * A run that is not finished, in its folder: `unfinished/` holds its settings, a line for each run that is done, and the
 * checkpoints of the running one. It goes when the result is written.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FileError, TfjsRecipesError } from '../errors.ts';
import type { FinishedRun, RunKey, RunStore, TrainingKey, TrainingStore } from '../recipe/run-store.ts';
import { stringifyJson } from '../result/json.ts';
import { historyLog } from '../tracking/history-log.ts';
import { tensorBoard } from '../tracking/tensor-board.ts';
import type { Callback } from '../training/callback.ts';
import { checkpointFile } from '../training/checkpoint-file.ts';
import { saveModel } from '../training/model-file.ts';
import { isLock, lockFolder } from './folder-lock.ts';
import type { RunSettings } from './run-settings.ts';
import { appendRun, settingsFile, takeUpRuns, unfinishedFolder } from './unfinished-files.ts';
import { removeEmptyFolders, writeWhole } from './whole-file.ts';

/** Updates between two checkpoints of a training. */
const CHECKPOINT_EVERY = 200;

export interface UnfinishedRunOptions {
  readonly settings: RunSettings;
  /** Take up what is there, of the same settings, in place of beginning anew. */
  readonly resume: boolean;
  /** The run whose last model is kept. */
  readonly modelOf: RunKey | undefined;
  /** Keep the history of each training, as JSON lines and for TensorBoard. */
  readonly track: boolean;
  /** Told when the model cannot be kept. */
  readonly onNote: (text: string) => void;
}

export class UnfinishedRun implements RunStore {
  /** Where the rest of the class keeps everything. */
  readonly folder: string;
  readonly #options: UnfinishedRunOptions;
  readonly #runs: Map<string, FinishedRun>;
  readonly #close: () => Promise<void>;

  private constructor(
    folder: string,
    options: UnfinishedRunOptions,
    runs: readonly FinishedRun[],
    close: () => Promise<void>,
  ) {
    this.folder = folder;
    this.#options = options;
    this.#runs = new Map(runs.map((run) => [keyOf(run), run]));
    this.#close = close;
  }

  /** Throws a FileError where another process runs in the folder, or nothing can be written. */
  static async open(runFolder: string, options: UnfinishedRunOptions): Promise<UnfinishedRun> {
    const folder = unfinishedFolder(runFolder);
    try {
      const made = await mkdir(folder, { recursive: true });
      const unlock = await lockFolder(folder);
      const close = async (): Promise<void> => {
        await unlock();
        await removeEmptyFolders(folder, made ?? folder);
      };
      try {
        if (!options.resume) await clear(folder);
        await writeWhole(settingsFile(folder), `${stringifyJson(options.settings, 2)}\n`);
        return new UnfinishedRun(folder, options, await takeUpRuns(folder), close);
      } catch (error) {
        await close();
        throw error;
      }
    } catch (error) {
      throw error instanceof TfjsRecipesError ? error : new FileError(folder, 'cannot write to', error);
    }
  }

  /** How many runs are done. */
  get count(): number {
    return this.#runs.size;
  }

  finished(run: RunKey): FinishedRun | undefined {
    return this.#runs.get(keyOf(run));
  }

  async finish(run: FinishedRun): Promise<FinishedRun> {
    try {
      const kept = await appendRun(this.folder, run);
      await rm(this.#trainings(run), { recursive: true, force: true });
      this.#runs.set(keyOf(run), kept);
      return kept;
    } catch (error) {
      throw new FileError(this.folder, 'cannot write to', error);
    }
  }

  async training(run: RunKey, training: TrainingKey): Promise<TrainingStore> {
    const { modelOf, track } = this.#options;
    const folder = join(this.#trainings(run), String(training.ordinal));
    const keepsModel = modelOf !== undefined && keyOf(modelOf) === keyOf(run);
    return {
      checkpoint: checkpointFile(folder, { everySteps: CHECKPOINT_EVERY }),
      callbacks: track ? await this.#trackers(run, training, folder) : [],
      ...(keepsModel && { keepModel: this.#keepModel.bind(this) }),
    };
  }

  /**
   * Ends the work in the folder; what can be taken up again stays.
   *
   * @returns Whether anything stays.
   */
  async leave(): Promise<boolean> {
    const files = await readdir(this.folder, { recursive: true }).catch((): string[] => []);
    const isKept = this.#runs.size > 0 || files.some((name) => name.endsWith('checkpoint.safetensors'));
    if (!isKept) await clear(this.folder);
    await this.#close();
    return isKept;
  }

  /** Ends the work in the folder; nothing stays. */
  async remove(): Promise<void> {
    await clear(this.folder);
    await this.#close();
  }

  #trainings(run: RunKey): string {
    return join(this.folder, 'trainings', runName(run));
  }

  /** They go on where the checkpoint was made. Without one the training begins anew, and so do they. */
  async #trackers(
    run: RunKey,
    { ordinal, name }: TrainingKey,
    checkpoints: string,
  ): Promise<readonly Callback[]> {
    const training = join(runName(run), `${ordinal}-${fileName(name)}`);
    const log = join(this.folder, 'history', `${training}.jsonl`);
    const events = join(this.folder, 'events', training);
    const files = await readdir(checkpoints).catch((): string[] => []);
    if (files.length === 0)
      for (const path of [log, events]) await rm(path, { recursive: true, force: true });
    return [historyLog(log), tensorBoard(events)];
  }

  /** A model that no file can hold is no reason to lose its run. */
  async #keepModel(...[model, meaning]: Parameters<NonNullable<TrainingStore['keepModel']>>): Promise<void> {
    try {
      await saveModel(model, join(this.folder, 'model'), meaning);
    } catch (error) {
      if (error instanceof FileError) throw error;
      this.#options.onNote(
        `the trained model is not kept: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

const keyOf = ({ arm, seed }: RunKey): string => stringifyJson([arm, seed]);

const runName = ({ arm, seed }: RunKey): string => `${fileName(arm)}-${seed}`;

/** A name that every file system takes. */
const fileName = (name: string): string => name.replace(/[^\p{Letter}\p{Number}_=.]+/gu, '-').slice(0, 60);

/** Removes all but the lock: first what makes it a run that can be taken up. */
async function clear(folder: string): Promise<void> {
  await rm(settingsFile(folder), { force: true });
  for (const name of await readdir(folder))
    if (!isLock(name)) await rm(join(folder, name), { recursive: true, force: true });
}
