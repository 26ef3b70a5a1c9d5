/** Loads a file that may be TypeScript: by Node itself where it can, else by jiti, which shares this package's modules. */
import { pathToFileURL } from 'node:url';

/** The exports of the file. */
export async function importModule(path: string): Promise<unknown> {
  if (!/\.[cm]?ts$/.test(path) || nodeReadsTypeScript()) {
    try {
      return await import(/* @vite-ignore */ pathToFileURL(path).href);
    } catch (error) {
      if (!isUnsupportedSyntax(error)) throw error;
    }
  }
  const { createJiti } = await import('jiti');
  return createJiti(import.meta.url, { fsCache: false, interopDefault: false }).import(path);
}

function nodeReadsTypeScript(): boolean {
  return 'typescript' in process.features && Boolean(process.features.typescript);
}

/** Node strips types; an enum or a parameter property needs more. */
function isUnsupportedSyntax(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
}
