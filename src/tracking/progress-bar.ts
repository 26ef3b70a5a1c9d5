/** How far a training is, shown while it runs. It imports nothing of Node, so that it runs in a browser too. */
import { z } from 'zod';
import { OptionError } from '../errors.ts';
import { parseOptions } from '../options.ts';
import { formatNumber, formatSeconds } from '../report/format-number.ts';
import type { RunOutcome } from '../result/history.ts';
import type { Logs, TrainPlan } from '../training/callback.ts';
import { StatusLine, type TextStream } from './status-line.ts';

export interface ProgressBarOptions {
  /** Where it is shown; a browser must give something with `write(text)`. @default process.stderr */
  readonly stream?: TextStream;
}

const schema = z.strictObject({
  stream: z
    .custom<TextStream>(
      (value) => typeof value === 'object' && value !== null && 'write' in value,
      'must have a write(text)',
    )
    .optional(),
});

/**
 * A callback for `train` and for `model.fit` that shows how far the training is: step, steps per second, the newest loss
 * and validation values, and the time left where the number of steps is known. In a terminal it is a bar, renewed at most
 * ten times a second; elsewhere a line every five seconds; at the end one line stays. It has no colours. The rate and
 * the time left are those of this process: what a resumed training had done before is only counted.
 *
 * @example
 * ```ts
 * const callbacks = [progressBar()]; // ████░░░░ 42 % · 12 s left · 48.2 steps/s · step 420/1000 · loss 0.31
 * ```
 */
export function progressBar(options: ProgressBarOptions = {}): ProgressBar {
  const { stream = standardError() } = parseOptions('progressBar', schema, options);
  return makeBar(new StatusLine(stream, () => performance.now()));
}

/** Hooks that need no `this`, as `model.fit` wants them: it gives no plan, and its batches begin anew each epoch. */
export interface ProgressBar {
  readonly passive: true;
  onTrainBegin(plan?: Partial<TrainPlan>): void;
  onBatchEnd(step: number, logs?: Logs): void;
  onEpochEnd(epoch: number, logs?: Logs): void;
  onTrainEnd(logs?: Logs, outcome?: RunOutcome): void;
  dispose(): void;
}

function makeBar(line: StatusLine): ProgressBar {
  let first = 0;
  let total = Number.POSITIVE_INFINITY;
  let before = 0;
  let steps = 0;
  let newest: Logs = {};

  const stepText = (): string =>
    `step ${first + before + steps}${Number.isFinite(total) ? `/${first + total}` : ''}`;

  return {
    passive: true,
    onTrainBegin({ firstStep = 0, steps: planned = Number.POSITIVE_INFINITY, resumed = 0 } = {}) {
      [first, total, before, steps, newest] = [firstStep, planned, resumed, 0, {}];
      line.begin('', before);
    },
    onBatchEnd(_step, logs = {}) {
      steps++;
      newest = { ...newest, ...logs };
      line.show({ done: before + steps, total, steps }, () =>
        [stepText(), ...valueTexts(newest)].join(' · '),
      );
    },
    onEpochEnd(_epoch, logs = {}) {
      newest = { ...newest, ...logs };
    },
    onTrainEnd(logs = {}, outcome) {
      const values = valueTexts({ ...newest, ...logs });
      const time = formatSeconds(line.elapsed / 1000);
      line.note(
        [...outcomeTexts(outcome), stepText(), time, ...line.rateTexts(steps), ...values].join(' · '),
      );
    },
    dispose: () => line.end(),
  };
}

/** `loss 0.31`, `validation/accuracy 0.9`: of `train`'s series and of those of `model.fit`. */
function valueTexts(logs: Logs): string[] {
  const loss = logs['train/loss'] ?? logs['loss'];
  const measured = Object.entries(logs).filter(([name]) => /^(validation\/|val_)/.test(name));
  const shown = loss === undefined ? measured : [['loss', loss] as const, ...measured];
  // A name must not move the cursor.
  return shown.map(([name, value]) => `${name.replace(/\p{Cc}+/gu, ' ')} ${formatNumber(value)}`);
}

function outcomeTexts(outcome: RunOutcome | undefined): string[] {
  if (outcome?.kind === 'stopped') return [`stopped by ${outcome.by}`];
  return outcome?.kind === 'diverged' ? [`diverged at step ${outcome.step}: ${outcome.tensor}`] : [];
}

function standardError(): TextStream {
  const stream: TextStream | undefined = typeof process === 'undefined' ? undefined : process.stderr;
  if (stream !== undefined) return stream;
  const hint = 'such as { write: (text) => (element.textContent = text) }';
  throw new OptionError('progressBar', [
    { path: 'stream', rule: 'must be given where there is no process.stderr', hint },
  ]);
}
