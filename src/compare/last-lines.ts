/** The last lines of what a process writes, in memory that does not grow with how much it writes. */

/** Lines kept. */
const MOST_LINES = 20;
/** Characters kept of a line. */
const LONGEST_LINE = 500;

/** Bytes that are no UTF-8 become U+FFFD; carriage returns end a line too, as progress bars write them; empty lines are left out. */
export class LastLines {
  readonly #lines: string[] = [];
  readonly #decoder = new TextDecoder();
  readonly #onLine: (line: string) => void;
  /** The line that has begun. */
  #open = '';

  constructor(onLine: (line: string) => void = () => {}) {
    this.#onLine = onLine;
  }

  /** The line that has begun counts as one. */
  get lines(): readonly string[] {
    const open = this.#open.trimEnd();
    return open === '' ? this.#lines : [...this.#lines, open].slice(-MOST_LINES);
  }

  push(bytes: Uint8Array): void {
    const [rest = '', ...following] = this.#decoder.decode(bytes, { stream: true }).split(/[\r\n]+/);
    this.#extend(rest);
    for (const line of following) {
      this.#close();
      this.#extend(line);
    }
  }

  #extend(text: string): void {
    this.#open = (this.#open + text).slice(0, LONGEST_LINE);
  }

  #close(): void {
    const line = this.#open.trimEnd();
    this.#open = '';
    if (line === '') return;
    this.#lines.push(line);
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
    this.#onLine(line);
  }
}
