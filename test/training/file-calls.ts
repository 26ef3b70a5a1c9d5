/** Stops at every point of the package's work with files: a test can let a call fail there, or end the process. */
import { promises, type PathLike } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Calls `reach` before and after each call to `node:fs/promises`, and with half of the bytes written; what it throws is
 * what the call throws.
 *
 * @returns Gives the calls back to the system.
 */
export function atEveryFileCall(reach: (point: string) => void): () => void {
  const around =
    <Args extends readonly unknown[], Result>(name: string, call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      reach(`before ${name}`);
      const result = await call(...args);
      reach(`after ${name}`);
      return result;
    };

  const watched = (file: FileHandle): FileHandle => {
    const [writeFile, sync, close] = [file.writeFile.bind(file), file.sync.bind(file), file.close.bind(file)];
    return Object.assign(file, {
      writeFile: around('writeFile', async (bytes: Uint8Array) => {
        await writeFile(bytes.subarray(0, bytes.length / 2));
        reach('within writeFile');
        await writeFile(bytes.subarray(bytes.length / 2));
      }),
      sync: around('sync', sync),
      // A file is closed however its closing ends, so that none stays open.
      close: async () => {
        try {
          reach('before close');
        } finally {
          await close();
        }
        reach('after close');
      },
    });
  };

  const { mkdir, open, readFile, rename, rm } = promises;
  const openWatched = async (path: PathLike, flags?: string): Promise<FileHandle> => {
    reach('before open');
    const file = await open(path, flags);
    try {
      reach('after open');
    } catch (error) {
      await file.close();
      throw error;
    }
    return watched(file);
  };
  const replace = (calls: object): void => {
    Object.assign(promises, calls);
    syncBuiltinESMExports();
  };
  replace({
    mkdir: around('mkdir', mkdir),
    open: openWatched,
    readFile: around('readFile', readFile),
    rename: around('rename', rename),
    rm: around('rm', rm),
  });
  return () => replace({ mkdir, open, readFile, rename, rm });
}
