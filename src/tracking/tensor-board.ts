/** A history for TensorBoard, drawn while the training runs. */
import { mkdirSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { fileVersionRecord, scalarsRecord, sessionStartRecord } from '../formats/tfevents.ts';
import { parseOptions } from '../options.ts';
import type { Json } from '../result/json.ts';
import { restoredState } from '../schedules/controller.ts';
import type { Callback, Logs, TrainPlan } from '../training/callback.ts';
import { LogFile, writing } from './log-file.ts';
import { PointLog } from './point-log.ts';

const schema = z.strictObject({ folder: z.string().min(1) });
const stateSchema = z.strictObject({
  step: z.int().min(0),
  values: z.record(
    z.string(),
    z.custom<number>((value) => typeof value === 'number'),
  ),
});

/**
 * A callback for `train` that writes every point of the history as a scalar for TensorBoard, under the names of the
 * series: `tensorboard --logdir runs` shows each folder in `runs` as one run. Give each training its own folder.
 *
 * Each training writes a file of its own. One that begins at step 0 has TensorBoard forget what older files in the folder
 * say; a resumed one has it forget what the interrupted training had measured after the checkpoint, so that no step is
 * drawn twice. A TensorBoard that is open meanwhile follows. Throws a FileError where the folder cannot be written.
 *
 * @example
 * ```ts
 * const callbacks = [tensorBoard('runs/a')];
 * ```
 */
export function tensorBoard(folder: string): Callback {
  return new TensorBoardLog(parseOptions('tensorBoard', schema, { folder }).folder);
}

class TensorBoardLog extends PointLog {
  readonly #folder: string;
  /** The newest step, and all points at it. */
  #newest: z.output<typeof stateSchema> = { step: 0, values: {} };

  constructor(folder: string) {
    super();
    this.#folder = resolve(folder);
  }

  override setModel(): void {
    super.setModel();
    this.#newest = { step: 0, values: {} };
  }

  /**
   * Points are forgotten from the step of the first update on. What was measured after the last update before the
   * checkpoint, such as a validation, has that step too, and is said again.
   */
  protected override open({ firstStep, resumed }: TrainPlan): LogFile {
    const step = firstStep + resumed;
    const file = new LogFile(join(this.#folder, newName(this.#folder)), 'wx');
    file.append(fileVersionRecord(wallTime()));
    if (step === 0 || resumed > 0) file.append(sessionStartRecord(wallTime(), step));
    const { values } = this.#newest;
    if (this.#newest.step === step && Object.keys(values).length > 0)
      file.append(scalarsRecord(wallTime(), step, values));
    return file;
  }

  protected override add(step: number, values: Logs): void {
    const others = this.#newest.step === step ? this.#newest.values : {};
    this.#newest = { step, values: { ...others, ...values } };
    super.add(step, values);
  }

  protected override encode(step: number, values: Logs): Uint8Array {
    return scalarsRecord(wallTime(), step, values);
  }

  protected override state(): Json {
    return this.#newest;
  }

  override restoreHost(state: Json): void {
    this.#newest = restoredState('tensorBoard', stateSchema, state);
  }
}

/** In seconds since 1970. */
const wallTime = (): number => Date.now() / 1000;

/** TensorBoard reads files in the order of their names: this one comes after all others, whatever the clock says. */
function newName(folder: string): string {
  const names = writing(folder, () => {
    mkdirSync(folder, { recursive: true });
    return readdirSync(folder);
  });
  const taken = names.map((name) => Number(/^events\.out\.tfevents\.(\d{10})\./.exec(name)?.[1] ?? 0));
  const seconds = Math.max(Math.floor(wallTime()), ...taken.map((second) => second + 1));
  return `events.out.tfevents.${String(seconds).padStart(10, '0')}.${hostname()}.${process.pid}`;
}
