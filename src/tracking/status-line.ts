/** One line that tells how far something is: a bar that is renewed in a terminal, a line now and then elsewhere. */
import { formatNumber, formatSeconds } from '../report/format-number.ts';
import { cutToWidth } from './columns.ts';

/** A terminal, pipe or file to write to; in a browser anything that takes text. */
export interface TextStream {
  write(text: string): unknown;
  /** Whether a line can be renewed. @default false */
  readonly isTTY?: boolean | undefined;
  /** 0 where the terminal does not say. */
  readonly columns?: number | undefined;
}

/** How far something is. */
export interface Position {
  readonly done: number;
  /** Infinity where nobody knows how much there is to do. */
  readonly total: number;
  /** Steps made since the start. */
  readonly steps: number;
}

/** Milliseconds between two drawings. */
const BAR_EVERY = 100;
const LINE_EVERY = 5000;
/** Milliseconds until the rest is foretold. */
const FORETELL_AFTER = 2000;
/** Where a terminal does not say how wide it is. */
const DEFAULT_COLUMNS = 80;
/** To the first column, and clear the line. */
const CLEAR = '\u001b[1G\u001b[2K';

/** Drawn inside `show`, at most every so often: a training holds the event loop, so that no timer would fire. */
export class StatusLine {
  readonly #stream: TextStream;
  readonly #now: () => number;
  readonly #isBar: boolean;
  #label = '';
  #start = 0;
  #before = 0;
  #shownAt = Number.NEGATIVE_INFINITY;
  #isDrawn = false;

  /** `now`: the clock, in milliseconds. */
  constructor(stream: TextStream, now: () => number) {
    this.#stream = stream;
    this.#now = now;
    this.#isBar = stream.isTTY === true;
  }

  /**
   * Starts the clock.
   *
   * @param label - Stands before all that is shown.
   * @param before - What was done before: how fast the rest goes is not seen from it.
   */
  begin(label: string, before = 0): void {
    this.#label = label;
    this.#start = this.#now();
    this.#before = before;
    this.#shownAt = this.#isBar ? Number.NEGATIVE_INFINITY : this.#start;
  }

  /** Milliseconds since the start. */
  get elapsed(): number {
    return this.#now() - this.#start;
  }

  /** `42 % · 12 s left · 48.2 steps/s · message`, and a bar before it. */
  show(position: Position, message: () => string): void {
    if (this.#now() - this.#shownAt < (this.#isBar ? BAR_EVERY : LINE_EVERY)) return;
    this.#shownAt = this.#now();
    const texts = [...this.#shareTexts(position), ...this.rateTexts(position.steps), message()].join(' · ');
    if (!this.#isBar) return void this.#stream.write(`${joinWords(this.#label, texts)}\n`);
    const columns = this.#stream.columns || DEFAULT_COLUMNS;
    const bar = Number.isFinite(position.total) ? barText(shareOf(position), columns) : '';
    const text = joinWords(this.#label, bar, texts);
    // One column stays free: some terminals wrap when the last one is written.
    this.#stream.write(CLEAR + cutToWidth(text, columns - 1));
    this.#isDrawn = true;
  }

  /** The steps a second since the start, once there are any. */
  rateTexts(steps: number): string[] {
    const seconds = this.elapsed / 1000;
    return steps > 0 && seconds > 0 ? [`${formatNumber(steps / seconds, 3)} steps/s`] : [];
  }

  /** A line of its own, above the bar. */
  note(text: string): void {
    this.end();
    this.#stream.write(`${text}\n`);
    if (this.#isBar) this.#shownAt = Number.NEGATIVE_INFINITY;
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#isDrawn) this.#stream.write(CLEAR);
    this.#isDrawn = false;
  }

  /** `42 %`, `12 s left`; nothing is foretold from the first seconds. */
  #shareTexts(position: Position): string[] {
    const { done, total } = position;
    if (!Number.isFinite(total)) return [];
    const percent = `${Math.floor(shareOf(position) * 100)} %`;
    const here = done - this.#before;
    if (!(this.elapsed > FORETELL_AFTER && here > 0)) return [percent];
    const seconds = Math.max(0, (this.elapsed * (total - done)) / here / 1000);
    return [percent, `${formatSeconds(Math.ceil(seconds))} left`];
  }
}

const shareOf = ({ done, total }: Position): number => Math.min(1, Math.max(0, done / total));

function barText(share: number, columns: number): string {
  const length = columns < 60 ? 8 : 16;
  const filled = Math.round(share * length);
  return '█'.repeat(filled) + '░'.repeat(length - filled);
}

const joinWords = (...words: readonly string[]): string => words.filter((word) => word !== '').join(' ');
