/** Which Python runs the PyTorch side: looked for in a fixed order, and taken only if it has a PyTorch that will do. */
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { BaselineError } from '../errors.ts';
import { runChild } from './child-process.ts';
import {
  cacheFolderOf,
  environmentFolder,
  isThere,
  LEAST,
  programOf,
  type Variables,
} from './interpreter-place.ts';

export interface PythonSearch {
  /** What `--python` says. */
  readonly flag?: string | undefined;
  readonly env: Variables;
  readonly cwd: string;
  /** This package's folder among the caches. @default cacheFolderOf(env) */
  readonly cacheFolder?: string;
  readonly signal?: AbortSignal | undefined;
  /** What each may take to answer: `import torch` reads much from a cold disk. @default 60 */
  readonly timeoutSeconds?: number;
}

/** A Python with PyTorch. */
export interface Python {
  /** A path, or a name in PATH. */
  readonly command: string;
  /** As they name themselves: 3.11.7, 2.15.0+cu132. */
  readonly versions: { readonly python: string; readonly torch: string };
  /** The name of the CUDA device that PyTorch can use; null if none. */
  readonly gpu: string | null;
}

interface Candidate {
  /** Who proposed it. */
  readonly origin: string;
  readonly command: string;
}

/** What became of a candidate: the Python, or what is wrong with it and what it wrote. */
type Answer = { readonly python: Python } | { readonly problem: string; readonly stderr: readonly string[] };

/** Prints one line of JSON. */
const PROBE = `
import json, platform, torch
gpu = torch.cuda.get_device_name(0) if torch.cuda.is_available() else None
print(json.dumps({"python": platform.python_version(), "torch": torch.__version__, "gpu": gpu}))
`;
const ANSWER = z.object({ python: z.string(), torch: z.string(), gpu: z.string().nullable() });
const CURE = `name a Python >= ${LEAST.python} with PyTorch >= ${LEAST.torch} by --python, or get one by: tfjs-recipes compare --setup`;

/**
 * The first that has PyTorch of: `--python`, TFJS_RECIPES_PYTHON, VIRTUAL_ENV, `.venv` and `venv` in the working
 * directory, the environment of `compare --setup`, `python3`, `python`. The first two are demands: one that will not do
 * is an error, and no other is tried. Throws a {@link BaselineError} with what is wrong with each.
 */
export async function findPython(search: PythonSearch): Promise<Python> {
  const demanded = await demandOf(search);
  if (demanded !== null) {
    const answer = await ask(demanded, search);
    if ('python' in answer) return answer.python;
    throw new BaselineError(`${nameOf(demanded)} ${answer.problem}; ${CURE}`, answer.stderr);
  }
  const problems: string[] = [];
  for (const candidate of await candidatesOf(search)) {
    const answer = await ask(candidate, search);
    if ('python' in answer) return answer.python;
    problems.push(`${nameOf(candidate)} ${answer.problem}`);
  }
  throw new BaselineError(`no Python with PyTorch was found; ${CURE}`, problems);
}

/** Asks a Python for its versions. */
export async function ask(
  { command }: Pick<Candidate, 'command'>,
  { env, signal, timeoutSeconds = 60 }: Pick<PythonSearch, 'env' | 'signal' | 'timeoutSeconds'>,
): Promise<Answer> {
  const { failure, stdout, stderr } = await runChild({
    command,
    parameters: ['-c', PROBE],
    environment: env,
    timeoutSeconds,
    signal,
  });
  const last = stderr.at(-1) ?? '';
  if (/No module named '?torch/.test(last)) return { problem: 'has no PyTorch', stderr: [] };
  if (failure !== null) return { problem: last === '' ? failure : `${failure}: ${last}`, stderr };
  const said = stdout.flatMap(answersIn).at(-1);
  if (said === undefined) return { problem: 'did not say which versions it has', stderr };
  const { gpu, ...versions } = said;
  for (const name of ['python', 'torch'] as const)
    if (!isAtLeast(versions[name], LEAST[name]))
      return { problem: `has ${name} ${versions[name]}, and ${LEAST[name]} is the least`, stderr: [] };
  return { python: { command, versions, gpu } };
}

async function demandOf({ flag, env, cwd }: PythonSearch): Promise<Candidate | null> {
  const variable = 'TFJS_RECIPES_PYTHON';
  if (flag !== undefined) return { origin: '--python', command: await commandOf(flag, cwd) };
  const value = env[variable] ?? '';
  return value === '' ? null : { origin: variable, command: await commandOf(value, cwd) };
}

async function candidatesOf({
  env,
  cwd,
  cacheFolder = cacheFolderOf(env),
}: PythonSearch): Promise<Candidate[]> {
  const active = env['VIRTUAL_ENV'] ?? '';
  const candidates: Candidate[] =
    active === '' ? [] : [{ origin: 'VIRTUAL_ENV', command: programOf(resolve(cwd, active)) }];
  for (const origin of ['.venv', 'venv']) {
    const command = programOf(join(cwd, origin));
    if (await isThere(command)) candidates.push({ origin, command });
  }
  candidates.push({ origin: 'compare --setup', command: programOf(environmentFolder(cacheFolder)) });
  for (const command of ['python3', 'python']) candidates.push({ origin: 'PATH', command });
  return candidates.filter(
    ({ command }, index) => candidates.findIndex((other) => other.command === command) === index,
  );
}

/** The program that a user means by a path, by a virtual environment's folder or by a name. */
async function commandOf(given: string, cwd: string): Promise<string> {
  const path = resolve(cwd, given);
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) return programOf(path);
  return basename(given) === given ? given : path;
}

const nameOf = ({ origin, command }: Candidate): string => `${origin}: ${command}`;

function answersIn(line: string): z.infer<typeof ANSWER>[] {
  try {
    const parsed = ANSWER.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}

/** By the first two numbers. */
function isAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
