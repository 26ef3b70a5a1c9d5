/** What an error means to the shell: an exit code, and one line that says what, where, why and how to mend it. */
import { inspect } from 'node:util';
import { BaselineError, type ErrorCode, TfjsRecipesError } from '../errors.ts';
import type { StopSignal } from './io.ts';

export const EXIT = {
  ok: 0,
  /** A fault of this program. */
  unexpected: 1,
  /** `compare` found a difference, as `diff` says it. */
  differs: 1,
  usage: 2,
  /** A training that the user asked for ended non-finite. */
  diverged: 3,
  data: 4,
  inputOutput: 5,
  /** PyTorch was asked for and is not to be had, or its run failed. */
  baseline: 6,
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

/** A run whose process died. */
export class RunFailure extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number, cause: unknown) {
    super(message, { cause });
    this.exitCode = exitCode;
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
  'baseline-unavailable': EXIT.baseline,
};

/** How V8, WebAssembly and Emscripten say that memory has run out. */
const OUT_OF_MEMORY =
  /array buffer allocation failed|memory access out of bounds|cannot enlarge memory|could not allocate memory|out of memory|\(OOM\)/i;

export function exitCodeOf(error: unknown): number {
  if (error instanceof Interruption || error instanceof RunFailure) return error.exitCode;
  if (error instanceof TfjsRecipesError) return CODES[error.code];
  if (error instanceof Error && isOutOfMemory(error.message)) return EXIT.memory;
  if (isSystemError(error)) return EXIT.inputOutput;
  return EXIT.unexpected;
}

/** One line, whatever the message holds, and below it the details of a {@link BaselineError}; with `debug` stack and cause. */
export function errorText(error: unknown, debug: boolean): string {
  const details = error instanceof BaselineError ? error.details : [];
  return [
    `error: ${singleLine(describe(error))}`,
    ...details.map((line) => `  | ${singleLine(line)}`),
    ...(debug ? [inspect(error)] : []),
  ].join('\n');
}

/** Line breaks and other control characters become spaces. */
export function singleLine(message: string): string {
  return message.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Interruption || error instanceof RunFailure || error instanceof TfjsRecipesError)
    return message;
  if (error instanceof Error && isOutOfMemory(message))
    return `out of memory (${message}): use a smaller model, batch or data set`;
  if (isSystemError(error)) return message;
  const name = error instanceof Error ? `${error.name}: ` : '';
  return `unexpected ${name}${message}; --debug shows where`;
}

/** Whether the words of an error say that memory has run out. */
export const isOutOfMemory = (words: string): boolean => OUT_OF_MEMORY.test(words);

/** What Node throws when the operating system says no. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && 'syscall' in error;
}
