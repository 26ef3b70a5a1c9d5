/** Progress on stderr: a bar in a terminal, a line now and then elsewhere, JSON lines for programs. */
import type { RecipeProgress } from '../recipe/run-recipe.ts';
import { StatusLine } from '../tracking/status-line.ts';
import type { Output } from './io.ts';

export interface ProgressOptions {
  /** @default false */
  readonly json?: boolean;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/** Drawn inside `update`, at most every so often. */
export interface Progress {
  /** Starts the clock of one recipe; `done` runs of it were done before. */
  begin(recipe: string, done?: number): void;
  update(progress: RecipeProgress): void;
  /** A line of its own, above the bar. */
  note(text: string): void;
  /** Takes the bar away. */
  end(): void;
}

/** Milliseconds between two lines. */
const JSON_EVERY = 1000;

export function createProgress(stream: Output, { json = false, now }: ProgressOptions): Progress {
  return json ? jsonLines(stream, now) : statusLine(new StatusLine(stream, now));
}

function statusLine(line: StatusLine): Progress {
  return {
    begin: (recipe, done) => line.begin(recipe, done),
    update: ({ done, total, message, updates }) => line.show({ done, total, steps: updates }, () => message),
    note: (text) => line.note(text),
    end: () => line.end(),
  };
}

function jsonLines(stream: Output, now: () => number): Progress {
  let recipe = '';
  let [start, before] = [0, 0];
  let writtenAt = Number.NEGATIVE_INFINITY;
  return {
    begin(id, done = 0) {
      [recipe, start, before, writtenAt] = [id, now(), done, Number.NEGATIVE_INFINITY];
    },
    update({ done, total, message, updates }) {
      if (now() - writtenAt < JSON_EVERY && done < total) return;
      writtenAt = now();
      const seconds = (now() - start) / 1000;
      const secondsLeft = seconds > 0 ? (seconds * (total - done)) / (done - before) : Number.NaN;
      const stepsPerSecond = updates > 0 ? updates / seconds : Number.NaN;
      const rates = finite({ stepsPerSecond, secondsLeft });
      stream.write(`${JSON.stringify({ recipe, done, total, message, ...rates })}\n`);
    },
    note(text) {
      stream.write(`${JSON.stringify({ recipe, note: text })}\n`);
    },
    end() {},
  };
}

/** Those that anybody can tell yet, with three digits. */
function finite(numbers: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(numbers).flatMap(([name, value]) =>
      Number.isFinite(value) ? [[name, Number(value.toPrecision(3))]] : [],
    ),
  );
}
