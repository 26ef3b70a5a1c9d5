/** Runs a program to its end for a test. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';

/** What a program left. */
export interface Ended {
  /** null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** Over the variables of this process; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called once, with the running program, when its stderr matches. */
  readonly when?: { readonly stderr: RegExp; readonly act: (child: ChildProcessWithoutNullStreams) => void };
}

/** stdin is empty, stdout and stderr are pipes. */
export function runProcess(
  command: string,
  parameters: readonly string[],
  { cwd, env = {}, when }: RunOptions = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { cwd, env: { ...process.env, ...env } });
    const text = { stdout: '', stderr: '' };
    let awaited = when;
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        text[name] += chunk;
        if (awaited?.stderr.test(text.stderr) !== true) return;
        awaited.act(child);
        awaited = undefined;
      });
    child.on('error', reject).on('close', (code) => resolve({ code, ...text }));
    child.stdin.end();
  });
}

/** Runs a program that must end well; returns its stdout. */
export async function mustRun(
  command: string,
  parameters: readonly string[],
  options?: RunOptions,
): Promise<string> {
  const { code, stdout, stderr } = await runProcess(command, parameters, options);
  if (code !== 0)
    throw new Error(`${command} ${parameters.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}
