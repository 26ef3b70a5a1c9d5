/** A history as a file of JSON lines that grows while the training runs. */
import { statSync, truncateSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { DataError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import { type Json, stringifyJson } from '../result/json.ts';
import { restoredState } from '../schedules/controller.ts';
import type { Callback, Logs, TrainPlan } from '../training/callback.ts';
import { LogFile, writing } from './log-file.ts';
import { PointLog } from './point-log.ts';

const schema = z.strictObject({ file: z.string().min(1) });
const stateSchema = z.strictObject({ bytes: z.int().min(0) });

/**
 * A callback for `train` that writes every point of the history into a file, one line for each update, validation and
 * epoch: `{"step":0,"train/loss":2.3,"learningRate":0.01}`. `step` is the step of `history.series(…)`. Numbers that are
 * not finite are the strings "NaN", "Infinity" and "-Infinity". A line is in the file at the next turn of the event loop;
 * pandas reads it with `read_json(file, lines=True)`.
 *
 * A training that begins at step 0 replaces an older file. One that goes on with an optimizer that has made updates
 * appends to it. A training that is resumed from a checkpoint first cuts the file to what it held at that checkpoint, so
 * that no line is missing and none stands twice.
 *
 * Throws a FileError where the file cannot be written; a DataError where a resumed training finds less of it than there was.
 *
 * @example
 * ```ts
 * const callbacks = [historyLog('runs/a/history.jsonl')];
 * ```
 */
export function historyLog(file: string): Callback {
  return new HistoryLog(parseOptions('historyLog', schema, { file }).file);
}

class HistoryLog extends PointLog {
  readonly #path: string;
  /** How much of an older file stays; undefined where the training is not resumed. */
  #kept: number | undefined;

  constructor(file: string) {
    super();
    this.#path = resolve(file);
  }

  override setModel(): void {
    super.setModel();
    this.#kept = undefined;
  }

  protected override open({ firstStep }: TrainPlan): LogFile {
    if (this.#kept !== undefined) cut(this.#path, this.#kept);
    return new LogFile(this.#path, this.#kept === undefined && firstStep === 0 ? 'w' : 'a');
  }

  protected override encode(step: number, values: Logs): Uint8Array {
    return new TextEncoder().encode(`${stringifyJson({ step, ...values })}\n`);
  }

  protected override state(bytes: number): Json {
    return { bytes };
  }

  override restoreHost(state: Json): void {
    this.#kept = restoredState('historyLog', stateSchema, state).bytes;
  }
}

function cut(path: string, bytes: number): void {
  const size = writing(path, () => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  if (size < bytes)
    throw new DataError(
      `cannot go on with ${path}: it has ${size} bytes, and ${bytes} at the checkpoint; put the whole file back, or begin anew without resume`,
    );
  if (size > bytes) writing(path, () => truncateSync(path, bytes));
}
