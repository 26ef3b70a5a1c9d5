/** A program run to its end: the end comes in bounded time, and takes along what the program has started. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { LastLines } from './last-lines.ts';

/** Milliseconds from SIGTERM to SIGKILL. */
const GRACE = 1000;
/** The most milliseconds that are waited for the last output after SIGKILL. */
const LAST_OUTPUT = 400;
const IS_WINDOWS = process.platform === 'win32';

export interface ChildOptions {
  /** A path, or a name to be looked up in PATH. */
  readonly command: string;
  readonly parameters: readonly string[];
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** @default no limit */
  readonly timeoutSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Gets every line as it comes, cut where it is very long. */
  readonly onLine?: ((line: string, stream: 'stdout' | 'stderr') => void) | undefined;
}

export interface ChildEnd {
  /** What went wrong, as the end of a sentence; null after exit code 0. */
  readonly failure: string | null;
  /** The last 20 lines. */
  readonly stdout: readonly string[];
  /** The last 20 lines. */
  readonly stderr: readonly string[];
}

/**
 * Runs a program, without stdin, in a process group of its own (Windows has none: its tree is ended there). At the time
 * limit, or when `signal` aborts, the group gets SIGTERM and a second later SIGKILL; what is left of it after the
 * program's end gets SIGKILL. A stray process that holds the output open is not waited for. Throws the signal's reason.
 *
 * Should this process be killed itself, the program can know: the file descriptor that its variable
 * `TFJS_RECIPES_PARENT` names comes to its end (not on Windows).
 */
export async function runChild(options: ChildOptions): Promise<ChildEnd> {
  const { onLine, signal } = options;
  signal?.throwIfAborted();
  const child = start(options);
  if (child instanceof Error) return { failure: startFailure(child), stdout: [], stderr: [] };
  const stdout = new LastLines((line) => onLine?.(line, 'stdout'));
  const stderr = new LastLines((line) => onLine?.(line, 'stderr'));
  child.stdout?.on('data', (bytes: Uint8Array) => stdout.push(bytes));
  child.stderr?.on('data', (bytes: Uint8Array) => stderr.push(bytes));
  const closed = new Promise((resolve) => child.once('close', resolve));
  const kill = (): void => endGroup(child, 'SIGKILL');
  process.once('exit', kill);
  const failure = await failureOf(child, options).finally(async () => {
    kill();
    process.off('exit', kill);
    await Promise.race([closed, delay(LAST_OUTPUT, undefined, { ref: false })]);
    for (const stream of child.stdio) stream?.destroy();
    child.unref();
  });
  return { failure, stdout: stdout.lines, stderr: stderr.lines };
}

function start({ command, parameters, environment }: ChildOptions): ChildProcess | Error {
  try {
    return spawn(command, parameters, {
      env: { ...environment, TFJS_RECIPES_PARENT: IS_WINDOWS ? undefined : '3' },
      stdio: ['ignore', 'pipe', 'pipe', IS_WINDOWS ? 'ignore' : 'pipe'],
      detached: !IS_WINDOWS,
      windowsHide: true,
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** How the program ends: by itself, or by SIGTERM at the time limit, if it heeds that. Throws the signal's reason. */
async function failureOf(
  child: ChildProcess,
  { timeoutSeconds, signal }: ChildOptions,
): Promise<string | null> {
  const ended = new Promise<{ failure: string | null }>((resolve) => {
    child.once('error', (error) => resolve({ failure: startFailure(error) }));
    child.once('exit', (code, name) => resolve({ failure: endFailure(code, name) }));
  });
  const over = new AbortController();
  const stopped = new Promise<undefined>((resolve) => {
    const stop = (): void => resolve(undefined);
    signal?.addEventListener('abort', stop, { signal: over.signal });
    if (timeoutSeconds === undefined) return;
    const timer = setTimeout(stop, 1000 * timeoutSeconds);
    over.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  const end = await Promise.race([ended, stopped]);
  over.abort();
  if (end !== undefined) return end.failure;
  endGroup(child, 'SIGTERM');
  await Promise.race([ended, delay(GRACE, undefined, { ref: false })]);
  signal?.throwIfAborted();
  return `did not end within ${timeoutSeconds} s`;
}

/** Windows knows no signal that a program could heed: its whole tree is ended either way, as long as it has a root. */
function endGroup({ pid, exitCode, signalCode }: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  if (IS_WINDOWS) {
    const isRunning = exitCode === null && signalCode === null;
    if (isRunning) spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, name);
  } catch {
    // Nobody is left in it.
  }
}

function startFailure(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'is not there';
  if (error.code === 'EACCES') return 'is not an executable file';
  return `cannot be started: ${error.message}`;
}

function endFailure(code: number | null, name: NodeJS.Signals | null): string | null {
  if (code === 0) return null;
  if (name === 'SIGKILL') return 'was ended by SIGKILL, as the system does when memory runs out';
  return name === null ? `ended with exit code ${code}` : `was ended by ${name}`;
}
