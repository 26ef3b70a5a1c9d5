/** What an error means to the shell: an exit code, and one line that says what, where, why and how to mend it. */
import { inspect } from 'node:util';
import { type ErrorCode, TfjsRecipesError } from '../errors.ts';
import type { StopSignal } from './io.ts';

export const EXIT = {
  ok: 0,
  /** A fault of this program. */
  unexpected: 1,
  usage: 2,
  /** A training that the user asked for ended non-finite. */
  diverged: 3,
  data: 4,
  inputOutput: 5,
  memory: 7,
} as const;

/** 128 + the signal's number, as shells count. */
export const SIGNAL_EXIT: Readonly<Record<StopSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** A run that a signal ended. */
export class Interruption extends Error {
  readonly signal: StopSignal;
  readonly exitCode: number;
  /** @param kept - What is left of the run. */
  constructor(signal: StopSignal, kept = 'nothing was written for the unfinished recipe') {
    super(`stopped by ${signal}; ${kept}`);
    this.signal = signal;
    this.exitCode = SIGNAL_EXIT[signal];
  }
}

const CODES: Readonly<Record<ErrorCode, number>> = {
  'invalid-option': EXIT.usage,
  'backend-unavailable': EXIT.usage,
  'invalid-data': EXIT.data,
  'shape-mismatch': EXIT.data,
  'unsupported-model': EXIT.data,
  diverged: EXIT.diverged,
  'input-output': EXIT.inputOutput,
};

/** How V8, WebAssembly and Emscripten say that memory has run out. */
const OUT_OF_MEMORY =
  /array buffer allocation failed|memory access out of bounds|cannot enlarge memory|could not allocate memory|out of memory|\(OOM\)/i;

export function exitCodeOf(error: unknown): number {
  if (error instanceof Interruption) return error.exitCode;
  if (error instanceof TfjsRecipesError) return CODES[error.code];
  if (isOutOfMemory(error)) return EXIT.memory;
  if (isSystemError(error)) return EXIT.inputOutput;
  return EXIT.unexpected;
}

/** One line, whatever the message holds; with `debug` the stack and the cause follow. */
export function errorText(error: unknown, debug: boolean): string {
  const line = `error: ${singleLine(describe(error))}`;
  return debug ? `${line}\n${inspect(error)}` : line;
}

/** Line breaks and other control characters become spaces. */
export function singleLine(message: string): string {
  return message.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Interruption || error instanceof TfjsRecipesError) return message;
  if (isOutOfMemory(error)) return `out of memory (${message}): use a smaller model, batch or data set`;
  if (isSystemError(error)) return message;
  const name = error instanceof Error ? `${error.name}: ` : '';
  return `unexpected ${name}${message}; --debug shows where`;
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && OUT_OF_MEMORY.test(error.message);
}

/** What Node throws when the operating system says no. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && 'syscall' in error;
}
