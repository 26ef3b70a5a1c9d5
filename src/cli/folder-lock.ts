/** A folder for one process at a time: each leaves a file with its id there, and one of a process that died counts for nothing. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileError } from '../errors.ts';

const LOCK = /^lock-(\d+)$/;

/** Whether a file of a locked folder is such a file. */
export const isLock = (name: string): boolean => LOCK.test(name);

/**
 * Locks a folder. Of two processes that come at one moment each may see the other, and neither gets it; never do both.
 * Throws a FileError that names the process which has it.
 *
 * @returns What gives it back.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const own = join(folder, `lock-${process.pid}`);
  const unlock = (): Promise<void> => rm(own, { force: true });
  await writeFile(own, '');
  try {
    await refuseLocked(folder);
  } catch (error) {
    await unlock();
    throw error;
  }
  return unlock;
}

/** Throws a FileError if another process has the folder. */
export async function refuseLocked(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const [name, id] of names.flatMap((file) => [...file.matchAll(new RegExp(LOCK, 'g'))])) {
    const other = Number(id);
    if (other === process.pid) continue;
    if (isAlive(other)) {
      const cure = `wait for it, or choose another folder with --out; if it is something else, delete ${name}`;
      throw new FileError(folder, 'cannot write to', `process ${other} runs a recipe there: ${cure}`);
    }
    await rm(join(folder, name), { force: true });
  }
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    // Somebody else's process may not be asked.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
