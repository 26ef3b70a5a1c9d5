/** Flags that several commands share, and how their texts are read. */
import { InvalidArgumentError, Option } from 'commander';
import { BACKEND_NAMES, type BackendName, MOST_THREADS } from '../backend/backend-info.ts';
import { OptionError } from '../errors.ts';
import type { Language } from '../text.ts';
import { PACKAGE } from '../version.ts';
import type { CliIo } from './io.ts';

const LANGUAGES = ['en', 'zh'] as const satisfies readonly Language[];
const BACKENDS = ['auto', ...BACKEND_NAMES] as const;

export function backendOption(): Option {
  return new Option(
    '--backend <name>',
    'where to compute (default: TFJS_RECIPES_BACKEND, else auto)',
  ).choices(BACKENDS);
}

export function threadsOption(): Option {
  return new Option(
    '--threads <n>',
    'threads of wasm (default: half of the logical processors, at most 4)',
  ).argParser(wholeNumber(1, MOST_THREADS));
}

export function languageOption(): Option {
  return new Option(
    '--language <name>',
    'language of the texts (default: TFJS_RECIPES_LANGUAGE, else en)',
  ).choices(LANGUAGES);
}

export function debugOption(): Option {
  return new Option('--debug', 'with an error, show where it happened');
}

export function examples(...lines: string[]): string {
  return `\nExamples:${lines.map((line) => `\n  npx ${PACKAGE.name} ${line}`).join('')}`;
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

export function append(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

export function languageOf(flag: Language | undefined, io: CliIo): Language {
  return choiceOf(flag, 'TFJS_RECIPES_LANGUAGE', LANGUAGES, 'en', io);
}

export function backendOf(flag: BackendName | 'auto' | undefined, io: CliIo): BackendName | 'auto' {
  return choiceOf(flag, 'TFJS_RECIPES_BACKEND', BACKENDS, 'auto', io);
}

/** The command line over the environment over the default. An empty variable counts as none. */
function choiceOf<Choice extends string>(
  flag: Choice | undefined,
  variable: string,
  choices: readonly Choice[],
  otherwise: Choice,
  { env }: CliIo,
): Choice {
  const received = flag ?? (env[variable] || otherwise);
  const choice = choices.find((known) => known === received);
  if (choice !== undefined) return choice;
  throw new OptionError('environment', [
    { path: variable, rule: `must be one of ${choices.join(', ')}`, received },
  ]);
}
