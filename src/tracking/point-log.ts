/** What the callbacks that write a history while it grows have in common: each of its points once, at its step. */
import type { Json } from '../result/json.ts';
import type { RunOutcome } from '../result/history.ts';
import type { Callback, Logs, TrainPlan } from '../training/callback.ts';
import type { Stateful } from '../training/stateful.ts';
import type { LogFile } from './log-file.ts';

/** Series that are not of the steps: each is measured after an update, and has the number of updates as its step. */
const VALIDATION = 'validation/';
const EPOCH = 'epoch/';

export abstract class PointLog implements Callback, Stateful {
  readonly passive = true;
  #file: LogFile | undefined;
  #updates = 0;

  /** The file of this training, with what stands before its first point. */
  protected abstract open(plan: TrainPlan): LogFile;
  /** The points of some series at one step as bytes. */
  protected abstract encode(step: number, values: Logs): Uint8Array;
  /** What a resumed training has to know. Called when all of it is on the disk, with the size of the file. */
  protected abstract state(bytes: number): Json;
  abstract restoreHost(state: Json): void;

  setModel(): void {
    this.dispose();
  }

  onTrainBegin(plan: TrainPlan): void {
    this.#file = this.open(plan);
  }

  onBatchEnd(step: number, logs: Logs): void {
    this.#updates = step + 1;
    this.#select(step, logs, isOfStep);
  }

  onValidationEnd(step: number, logs: Logs): void {
    this.#select(step + 1, logs, (name) => name.startsWith(VALIDATION));
  }

  onEpochEnd(_epoch: number, logs: Logs): void {
    this.#select(this.#updates, logs, (name) => name.startsWith(EPOCH));
  }

  /** The history has the losses of the update that was not made, too. */
  onTrainEnd(logs: Logs, outcome?: RunOutcome): void {
    if (outcome?.kind === 'diverged') this.#select(outcome.step, logs, isOfStep);
    const file = this.#file;
    this.#file = undefined;
    file?.close();
  }

  /** Where the training threw, that is the error to tell of. */
  dispose(): void {
    try {
      this.#file?.close();
    } catch {
      // A file that cannot be written is told of by the hooks.
    }
    this.#file = undefined;
  }

  tensors(): Map<string, never> {
    return new Map<string, never>();
  }

  host(): Json {
    return this.state(this.#file?.sync() ?? 0);
  }

  /** The newest values of some series. */
  protected add(step: number, values: Logs): void {
    this.#file?.append(this.encode(step, values));
  }

  #select(step: number, logs: Logs, isNew: (name: string) => boolean): void {
    const values = Object.fromEntries(Object.entries(logs).filter(([name]) => isNew(name)));
    if (Object.keys(values).length > 0) this.add(step, values);
  }
}

const isOfStep = (name: string): boolean => !name.startsWith(VALIDATION) && !name.startsWith(EPOCH);
