/** Runs one side in a process of its own, so that kernels, memory and compiled code of the sides never meet. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SideName } from './comparisons.ts';
import type { Measurement } from './side.ts';

const run = promisify(execFile);
/** Beside this file once both are built. */
const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

/** Rejects with what the worker wrote when it fails. */
export async function runSide(side: SideName): Promise<Measurement> {
  const { stdout } = await run(process.execPath, [WORKER, side]);
  return JSON.parse(stdout) as Measurement;
}
