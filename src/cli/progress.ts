/** Progress on stderr: a bar in a terminal, a line now and then elsewhere, JSON lines for programs. */
import { clearLine, cursorTo } from 'node:readline';
import type { RecipeProgress } from '../recipe/run-recipe.ts';
import { formatSeconds } from '../report/format-number.ts';
import type { Output } from './io.ts';
import { cutToWidth } from './layout.ts';

export interface ProgressOptions {
  /** @default false */
  readonly json?: boolean;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/** Drawn inside `update`, at most every so often: a training holds the event loop, so that no timer would fire. */
export interface Progress {
  /** Starts the clock of one recipe. */
  begin(recipe: string): void;
  update(progress: RecipeProgress): void;
  /** A line of its own, above the bar. */
  note(text: string): void;
  /** Takes the bar away. */
  end(): void;
}

/** Milliseconds between two drawings. */
const BAR_EVERY = 100;
const LINE_EVERY = 5000;
const JSON_EVERY = 1000;
/** Milliseconds until the rest is foretold. */
const FORETELL_AFTER = 2000;
/** Where a terminal does not say how wide it is. */
const DEFAULT_COLUMNS = 80;

export function createProgress(stream: Output, { json = false, now }: ProgressOptions): Progress {
  if (json) return jsonLines(stream, now);
  return stream.isTTY === true ? bar(stream, now) : plainLines(stream, now);
}

function bar(stream: Output, now: () => number): Progress {
  let label = '';
  let start = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const clear = (): void => {
    cursorTo(stream, 0);
    clearLine(stream, 0);
  };
  return {
    begin(recipe) {
      label = recipe;
      start = now();
    },
    update(progress) {
      if (now() - drawnAt < BAR_EVERY) return;
      drawnAt = now();
      clear();
      const columns = stream.columns || DEFAULT_COLUMNS;
      // One column stays free: some terminals wrap when the last one is written.
      stream.write(cutToWidth(barText(label, progress, columns, now() - start), columns - 1));
    },
    note(text) {
      clear();
      stream.write(`${text}\n`);
      drawnAt = Number.NEGATIVE_INFINITY;
    },
    end: clear,
  };
}

function plainLines(stream: Output, now: () => number): Progress {
  let label = '';
  let start = 0;
  let writtenAt = 0;
  return {
    begin(recipe) {
      label = recipe;
      start = now();
      writtenAt = start;
    },
    update(progress) {
      if (now() - writtenAt < LINE_EVERY) return;
      writtenAt = now();
      stream.write(`${label} ${statusText(progress, now() - start)}\n`);
    },
    note(text) {
      stream.write(`${text}\n`);
    },
    end() {},
  };
}

function jsonLines(stream: Output, now: () => number): Progress {
  let recipe = '';
  let writtenAt = Number.NEGATIVE_INFINITY;
  return {
    begin(id) {
      recipe = id;
      writtenAt = Number.NEGATIVE_INFINITY;
    },
    update({ done, total, message }) {
      if (now() - writtenAt < JSON_EVERY && done < total) return;
      writtenAt = now();
      stream.write(`${JSON.stringify({ recipe, done, total, message })}\n`);
    },
    note(text) {
      stream.write(`${JSON.stringify({ recipe, note: text })}\n`);
    },
    end() {},
  };
}

function barText(label: string, progress: RecipeProgress, columns: number, elapsed: number): string {
  const length = columns < 60 ? 8 : 16;
  const filled = Math.round(shareOf(progress) * length);
  return `${label} ${'█'.repeat(filled)}${'░'.repeat(length - filled)} ${statusText(progress, elapsed)}`;
}

/** `42 % · 12 s left · momentum · seed 1003`; nothing is foretold from the first seconds. */
function statusText(progress: RecipeProgress, elapsed: number): string {
  const share = shareOf(progress);
  const seconds = Math.ceil((elapsed * (1 - share)) / share / 1000);
  const left = elapsed > FORETELL_AFTER && share > 0 ? ` · ${formatSeconds(seconds)} left` : '';
  return `${Math.floor(share * 100)} %${left} · ${progress.message}`;
}

function shareOf({ done, total }: RecipeProgress): number {
  return Math.min(1, Math.max(0, done / total));
}
