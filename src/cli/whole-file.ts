/** Files that an interruption, even of the power, leaves whole: what is written here is on the disk when the promise is kept. */
import { readFile, rename, rmdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The text of a file; null where there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
}

/** Writes a neighbour of the file, then gives it the file's name. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.part`, text, { flush: true });
  await rename(`${path}.part`, path);
}

/** Adds a line to a file. An interruption may leave half of it at the end: see {@link wholeLines}. */
export async function appendLine(path: string, line: string): Promise<void> {
  await writeFile(path, `${line}\n`, { flag: 'a', flush: true });
}

/** The lines of a text, without the half one that an interruption may have left. */
export const wholeLines = (text: string): string[] => text.split('\n').slice(0, -1);

/** Removes a folder and the folders around it, up to `last`, as far as they are empty. */
export async function removeEmptyFolders(folder: string, last: string): Promise<void> {
  for (let path = folder; ; path = dirname(path)) {
    const isGone = await rmdir(path).then(
      () => true,
      () => false,
    );
    if (!isGone || path === last) return;
  }
}

/** Whether an error says that there is no such file or folder. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code));
