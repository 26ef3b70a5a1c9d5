/** One error class per cause; `code` is its literal name, the payload stands in fields. */

/** The literal codes; the command line maps each to an exit code. */
export type ErrorCode =
  | 'invalid-option'
  | 'backend-unavailable'
  | 'invalid-data'
  | 'shape-mismatch'
  | 'unsupported-model'
  | 'diverged'
  | 'input-output'
  | 'baseline-unavailable';

/** The parent of every error that this package throws on purpose. */
export abstract class TfjsRecipesError extends Error {
  abstract readonly code: ErrorCode;
  override get name(): string {
    return this.constructor.name;
  }
}

/** One thing that is wrong with the options: where it stands, what is asked, what came. */
export interface OptionProblem {
  /** The option, with dots for nesting: `optimizer.beta1`. */
  readonly path: string;
  /** The rule that is broken, e.g. `must be a number > 0`. */
  readonly rule: string;
  /** The value received. */
  readonly received?: unknown;
  /** How to mend it, e.g. `did you mean "learningRate"?`. */
  readonly hint?: string;
}

/** Options that break a rule: all problems at once, each with the received value. */
export class OptionError extends TfjsRecipesError {
  readonly code = 'invalid-option';
  readonly problems: readonly OptionProblem[];
  constructor(where: string, problems: readonly OptionProblem[]) {
    super(`${where}: ${problems.map(describeProblem).join('; ')}`);
    this.problems = problems;
  }
}

/** A backend that was asked for and cannot be used. */
export class BackendError extends TfjsRecipesError {
  readonly code = 'backend-unavailable';
  readonly backend: string;
  readonly cure: string;
  constructor(backend: string, reason: string, cure: string) {
    super(`backend ${quote(backend)}: ${reason}; ${cure}`);
    this.backend = backend;
    this.cure = cure;
  }
}

/** Data or a stored result that cannot be used: says where and what was found. */
export class DataError extends TfjsRecipesError {
  readonly code = 'invalid-data';
}

/** A tensor or array whose shape is not the one that is needed. */
export class ShapeError extends TfjsRecipesError {
  readonly code = 'shape-mismatch';
  constructor(what: string, expected: string, received: readonly (number | null)[]) {
    super(`${what}: expected shape ${expected}, received [${received.map(String).join(', ')}]`);
  }
}

/** A training that left the finite numbers, where that was to be an error: the state before the step is kept. */
export class DivergenceError extends TfjsRecipesError {
  readonly code = 'diverged';
  /** The update that was not made, from 0. */
  readonly step: number;
  /** What was not finite first: `loss`, `gradient of <path>` or a parameter's path. */
  readonly tensor: string;
  readonly learningRate: number;
  constructor({ step, tensor, learningRate }: { step: number; tensor: string; learningRate: number }) {
    super(
      `the training diverged at step ${step}: ${tensor} is not finite at the learning rate ${learningRate}; the model has the weights before that step: try a lower rate, a warm-up or clipping`,
    );
    this.step = step;
    this.tensor = tensor;
    this.learningRate = learningRate;
  }
}

/** A model that cannot be trained as asked, with the cure. */
export class ModelError extends TfjsRecipesError {
  readonly code = 'unsupported-model';
}

/** A file or folder that could not be read or written. */
export class FileError extends TfjsRecipesError {
  readonly code = 'input-output';
  readonly path: string;
  constructor(path: string, action: string, cause: unknown) {
    super(`${action} ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.path = path;
  }
}

/** A PyTorch baseline that was asked for and could not be run, or whose result cannot be used. */
export class BaselineError extends TfjsRecipesError {
  readonly code = 'baseline-unavailable';
  /** What explains it, a line each: where Python was looked for, or what it wrote last. */
  readonly details: readonly string[];
  constructor(message: string, details: readonly string[] = []) {
    super(message);
    this.details = details;
  }
}

/** The candidate nearest to a mistyped name, as the sentence `did you mean "x"?`; undefined when none is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best === undefined ? undefined : `did you mean ${quote(best)}?`;
}

/** A value as one short line for an error message. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : plain(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function plain(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  if (value === undefined || value === null) return String(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return value.toString();
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return Array.isArray(value) ? 'an array' : 'an object';
  }
}

function describeProblem({ path, rule, received, hint }: OptionProblem): string {
  const got = received === undefined ? '' : `, received ${quote(received)}`;
  return `${path} ${rule}${got}${hint === undefined ? '' : ` (${hint})`}`;
}

/** Levenshtein distance in which swapping two neighbouring letters costs 1 (Damerau 1964, optimal string alignment). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = cell(rows, i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let distance = Math.min(cell(rows, i - 1, j) + 1, (row[j - 1] ?? 0) + 1, substitution);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) distance = Math.min(distance, cell(rows, i - 2, j - 2) + 1);
      row.push(distance);
    }
    rows.push(row);
  }
  return cell(rows, a.length, b.length);
}

const cell = (rows: readonly (readonly number[])[], i: number, j: number): number => rows[i]?.[j] ?? 0;
