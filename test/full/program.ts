/** Programs of the heavy tests: they import the built package by its name and run in processes of their own. */
import { build } from 'esbuild';

/**
 * Bundles a program of the tests.
 *
 * @param flags - For Node.
 * @returns Node's parameters to run it with an input, which the program finds as JSON in `process.argv[1]`.
 */
export async function bundleProgram(
  path: string,
  ...flags: readonly string[]
): Promise<(input: unknown) => string[]> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    // Packages stay imports, this one too: the paths of tsconfig.json would make it its own source.
    packages: 'external',
    tsconfigRaw: {},
    platform: 'node',
    format: 'esm',
    write: false,
  });
  const code = outputFiles[0]?.text ?? '';
  return (input) => [...flags, '--input-type=module', '--eval', code, '--', JSON.stringify(input)];
}
