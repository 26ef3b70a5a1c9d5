/** A file that grows by what a training reports: written in one piece each time the event loop has its turn. */
import { appendFileSync, closeSync, fstatSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { FileError } from '../errors.ts';

export class LogFile {
  readonly #path: string;
  readonly #descriptor: number;
  #size: number;
  #waiting: Uint8Array[] = [];
  #turn: NodeJS.Immediate | undefined;
  /** Why the last writing failed; said by the next call. */
  #failure: FileError | undefined;

  /** `flag`: replace an older file (w), append to it (a), or refuse it (wx). The folder is made where it is missing. */
  constructor(path: string, flag: 'w' | 'a' | 'wx') {
    this.#path = path;
    [this.#descriptor, this.#size] = writing(path, () => {
      mkdirSync(dirname(path), { recursive: true });
      const descriptor = openSync(path, flag);
      return [descriptor, fstatSync(descriptor).size];
    });
  }

  append(bytes: Uint8Array): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#waiting.push(bytes);
    this.#turn ??= setImmediate(() => this.#write());
  }

  /** Writes what waits, and has the system put it on the disk. Returns the size of the file in bytes. */
  sync(): number {
    this.#flush();
    writing(this.#path, () => fsyncSync(this.#descriptor));
    return this.#size;
  }

  /** Writes what waits; nothing can be appended any more. */
  close(): void {
    try {
      this.#flush();
    } finally {
      closeSync(this.#descriptor);
    }
  }

  #flush(): void {
    this.#write();
    if (this.#failure !== undefined) throw this.#failure;
  }

  #write(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    if (this.#failure !== undefined || this.#waiting.length === 0) return;
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    try {
      appendFileSync(this.#descriptor, bytes);
      this.#size += bytes.length;
    } catch (error) {
      this.#failure = new FileError(this.#path, 'cannot write', error);
    }
  }
}

/** Work on a file whose failure is a FileError. */
export function writing<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new FileError(path, 'cannot write', error);
  }
}
