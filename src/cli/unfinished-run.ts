/**
 * A run that is not finished, in its folder: `unfinished/` holds its settings, a line for each run that is done, and the
 * checkpoints of the running one. It goes when the result is written.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FileError, TfjsRecipesError } from '../errors.ts';
import type { FinishedRun, RunKey, RunStore, TrainingKey, TrainingStore } from '../recipe/run-store.ts';
import { stringifyJson } from '../result/json.ts';
import { isLock, lockFolder } from './folder-lock.ts';
import { type KeptTrainings, openTraining, trainingsFolder } from './kept-trainings.ts';
import type { RunSettings } from './run-settings.ts';
import { appendRun, settingsFile, takeUpRuns, unfinishedFolder } from './unfinished-files.ts';
import { removeEmptyFolders, writeWhole } from './whole-file.ts';

export interface UnfinishedRunOptions extends Omit<KeptTrainings, 'folder'> {
  readonly settings: RunSettings;
  /** Take up what is there, of the same settings, in place of beginning anew. */
  readonly resume: boolean;
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
      await rm(trainingsFolder(this.folder, run), { recursive: true, force: true });
      this.#runs.set(keyOf(run), kept);
      return kept;
    } catch (error) {
      throw new FileError(this.folder, 'cannot write to', error);
    }
  }

  training(run: RunKey, training: TrainingKey): Promise<TrainingStore> {
    return openTraining(this.trainings, run, training, this.#options.onNote);
  }

  /** What another process needs to open a training in this one's place. */
  get trainings(): KeptTrainings {
    const { modelOf, track } = this.#options;
    return { folder: this.folder, modelOf, track };
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
}

const keyOf = ({ arm, seed }: RunKey): string => stringifyJson([arm, seed]);

/** Removes all but the lock: first what makes it a run that can be taken up. */
async function clear(folder: string): Promise<void> {
  await rm(settingsFile(folder), { force: true });
  for (const name of await readdir(folder))
    if (!isLock(name)) await rm(join(folder, name), { recursive: true, force: true });
}
