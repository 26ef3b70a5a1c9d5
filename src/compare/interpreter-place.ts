/** Where Python environments are, and which PyTorch ours has. */
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The environment's variables. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The PyTorch that {@link environmentFolder} gets: the one that our reference numbers come from. */
export const TORCH_VERSION = '2.15.0';

/** What twins need: `str.removeprefix`; `torch.nn.utils.parametrizations.weight_norm`. */
export const LEAST = { python: '3.9', torch: '2.1' } as const;

/** This package's folder among the user's caches (XDG base directory specification). */
export function cacheFolderOf({ XDG_CACHE_HOME: caches = '' }: Variables): string {
  return join(isAbsolute(caches) ? caches : join(homedir(), '.cache'), 'tfjs-recipes');
}

/** The environment that `compare --setup` makes. */
export const environmentFolder = (cacheFolder: string): string => join(cacheFolder, `torch-${TORCH_VERSION}`);

/** The Python of a virtual environment. */
export const programOf = (folder: string): string =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
