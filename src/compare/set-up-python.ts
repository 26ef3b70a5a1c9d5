/** `compare --setup`: a virtual environment with PyTorch in the user's cache, whole or not there. */
import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BaselineError } from '../errors.ts';
import { runChild } from './child-process.ts';
import { ask } from './interpreter.ts';
import {
  cacheFolderOf,
  environmentFolder,
  isThere,
  LEAST,
  programOf,
  TORCH_VERSION,
  type Variables,
} from './interpreter-place.ts';

export interface SetUpOptions {
  readonly env: Variables;
  /** This package's folder among the caches. @default cacheFolderOf(env) */
  readonly cacheFolder?: string;
  readonly signal?: AbortSignal | undefined;
  /** What happens, and what Python says meanwhile. */
  readonly onLine: (line: string) => void;
  /** What must be free on the disk. @default 9 GB on Linux, where PyTorch brings CUDA along; else 2 GB */
  readonly neededBytes?: number;
}

/** Environment 6 GB and packages as loaded 3 GB; without CUDA a fifth. */
const NEEDED_BYTES = process.platform === 'linux' ? 9e9 : 2e9;
const PYTHON = process.platform === 'win32' ? 'python' : 'python3';

/** What venv and pip say where something known is wrong, and how that is mended; the first that fits counts. */
const CAUSES: readonly (readonly [RegExp, string])[] = [
  [
    /ensurepip|No module named '?(venv|pip)/,
    'this Python lacks the module venv; on Debian and Ubuntu: apt-get install python3-venv',
  ],
  [/No space left on device|Errno 28/, 'the disk is full; XDG_CACHE_HOME names another place'],
  [
    /connection broken|Failed to establish|name resolution|unreachable|Max retries|ProxyError|SSLError|timed out/i,
    'the package index cannot be reached; look at network and proxy, or name a mirror in PIP_INDEX_URL',
  ],
  [
    /No matching distribution/,
    `there is no PyTorch ${TORCH_VERSION} for this Python or system; install another one >= ${LEAST.torch} yourself and name its Python by --python`,
  ],
];

/**
 * Makes the environment unless it is there, beside its place and then renamed: an interruption leaves nothing that could
 * be taken for it. What pip has loaded stays in pip's own cache for the next time. Throws a {@link BaselineError}.
 *
 * @returns Its Python.
 */
export async function setUpPython(options: SetUpOptions): Promise<string> {
  const { env, cacheFolder = cacheFolderOf(env), onLine, neededBytes = NEEDED_BYTES } = options;
  const folder = environmentFolder(cacheFolder);
  const program = programOf(folder);
  if (await isThere(program)) {
    onLine(`PyTorch ${TORCH_VERSION} is there: ${program}`);
    return program;
  }
  await mkdir(cacheFolder, { recursive: true });
  await removeLeftParts(folder, cacheFolder);
  await refuseFullDisk(cacheFolder, neededBytes);
  const size = `up to ${gigabytes(neededBytes)} GB while it does`;
  const what = `PyTorch ${TORCH_VERSION}${process.platform === 'linux' ? ', CUDA included,' : ''}`;
  onLine(`installing ${what} in ${folder}: takes minutes, and ${size}`);
  const part = `${folder}.part-${process.pid}`;
  try {
    await fill(part, options);
    if (!(await isThere(program))) {
      await rm(folder, { recursive: true, force: true });
      await rename(part, folder);
    }
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return program;
}

async function fill(part: string, options: SetUpOptions): Promise<void> {
  const { env, signal, onLine } = options;
  await run(PYTHON, ['-m', 'venv', part], 'a virtual environment cannot be made', options);
  // The system's own folder for such files is often small, and in memory.
  const temporary = join(part, 'tmp');
  await mkdir(temporary);
  const python = programOf(part);
  const quiet = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];
  const pip = ['-m', 'pip', 'install', ...quiet, `torch==${TORCH_VERSION}`];
  const environment = { ...env, TMPDIR: temporary };
  await run(python, pip, 'PyTorch cannot be installed', { ...options, env: environment });
  await rm(temporary, { recursive: true, force: true });
  const answer = await ask({ command: python }, { env, signal, timeoutSeconds: 300 });
  if ('problem' in answer)
    throw new BaselineError(`the PyTorch just installed does not work: ${answer.problem}`, answer.stderr);
  const { torch, python: version } = answer.python.versions;
  onLine(`PyTorch ${torch} for Python ${version} works`);
}

async function run(
  command: string,
  parameters: readonly string[],
  what: string,
  { env, signal, onLine }: SetUpOptions,
): Promise<void> {
  const { failure, stdout, stderr } = await runChild({
    command,
    parameters,
    environment: env,
    signal,
    onLine,
  });
  if (failure === null) return;
  const said = [...stdout, ...stderr];
  const [, cure = null] = CAUSES.find(([sign]) => said.some((line) => sign.test(line))) ?? [];
  const missing = `install Python >= ${LEAST.python} with its module venv (https://www.python.org)`;
  const cause = said.length === 0 ? `${command} ${failure}; ${missing}` : `${command} ${failure}`;
  throw new BaselineError(`${what}: ${cure ?? cause}`, stderr.length > 0 ? stderr : stdout);
}

/** Those whose process was killed. */
async function removeLeftParts(folder: string, cacheFolder: string): Promise<void> {
  const prefix = `${basename(folder)}.part-`;
  for (const name of await readdir(cacheFolder)) {
    if (!name.startsWith(prefix) || isRunning(Number(name.slice(prefix.length)))) continue;
    await rm(join(cacheFolder, name), { recursive: true, force: true });
  }
}

function isRunning(id: number): boolean {
  try {
    return id !== process.pid && process.kill(id, 0);
  } catch {
    return false;
  }
}

async function refuseFullDisk(cacheFolder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(cacheFolder);
  const free = bavail * bsize;
  if (free >= neededBytes) return;
  throw new BaselineError(
    `PyTorch needs ${gigabytes(neededBytes)} GB in ${cacheFolder}, where ${gigabytes(free)} GB are free; XDG_CACHE_HOME names another place`,
  );
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
