/** What the command line sees of the process and of the course: a test hands in its own. */
import { availableParallelism } from 'node:os';
import type { AnyRecipe } from '../recipe/recipe.ts';
import { CATALOGUE, type CatalogueEntry } from './catalogue.ts';
import { importModule } from './import-module.ts';

/** A terminal, pipe or file to write to. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean | undefined;
  /** 0 where the terminal does not say. */
  readonly columns?: number | undefined;
};

/** The signals that end a run. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Where stop signals come from. */
export interface SignalSource {
  on(name: StopSignal, listener: () => void): unknown;
  off(name: StopSignal, listener: () => void): unknown;
}

/** The recipes that can be named. */
export interface Course {
  readonly entries: readonly CatalogueEntry[];
  /** The recipes themselves, in the order of the entries. */
  readonly load: () => Promise<readonly AnyRecipe[]>;
}

export interface CliIo {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signals: SignalSource;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
  /** Milliseconds. */
  readonly now: () => number;
  /** How many can compute at one time. */
  readonly processors: number;
  readonly course: Course;
  /** Loads a user's recipe file. */
  readonly importModule: (path: string) => Promise<unknown>;
}

/** The running process, and the course of this package. */
export function processIo(): CliIo {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    signals: process,
    exit: (code) => process.exit(code),
    now: () => performance.now(),
    processors: availableParallelism(),
    course: {
      entries: CATALOGUE,
      async load() {
        const { recipes } = await import('tfjs-recipes/recipes');
        return recipes;
      },
    },
    importModule,
  };
}
