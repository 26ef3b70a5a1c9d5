/** Every TypeScript block of the READMEs and every `@example` runs (the shell blocks run in test/e2e). */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as library from '../../src/index.ts';
import * as nodeLibrary from '../../src/node.ts';
import { codeBlocks, examples } from './code-blocks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const generated = join(root, 'test/docs/generated');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const sources = (readdirSync(join(root, 'src'), { recursive: true }) as string[]).filter((path) =>
  path.endsWith('.ts'),
);

/** What an example may use without saying so. */
const PRELUDE = `
import * as tf from '@tensorflow/tfjs';
import { ${Object.keys(library).join(', ')} } from 'tfjs-recipes';
import { ${Object.keys(nodeLibrary).join(', ')} } from 'tfjs-recipes/node';
await useBackend('cpu');
const rng = Rng.fromSeed(0);
const data = await loadDigits();
const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [64], units: 10 })] });
`;

const home = process.cwd();
beforeAll(() => {
  mkdirSync(generated, { recursive: true });
  process.chdir(mkdtempSync(join(tmpdir(), 'tfjs-recipes-docs-')));
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterAll(() => {
  rmSync(process.cwd(), { recursive: true });
  process.chdir(home);
  rmSync(generated, { recursive: true, force: true });
});

async function run(name: string, code: string): Promise<void> {
  const file = join(generated, `${name}.ts`);
  writeFileSync(file, code);
  await import(/* @vite-ignore */ file);
}

describe('README.md', () => {
  const blocks = codeBlocks(read('README.md'), 'ts');
  test.each(blocks.map((code, index) => [index, code.split('\n')[0], code] as const))(
    'block %i',
    async (index, _first, code) => {
      await expect(run(`readme-${index}`, code)).resolves.toBeUndefined();
    },
  );

  test('shows at least the library example, minimize, a recipe run and a recipe written', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(4);
    expect(
      read('README.md')
        .split('\n')
        .filter((line) => line.startsWith('```')).length % 2,
    ).toBe(0);
  });
});

describe('@example', () => {
  const found = sources.flatMap((path) => examples(read(`src/${path}`)).map((code) => [path, code] as const));
  test.each(found)('%s', async (path, code) => {
    // In a block: an example may declare the names of the prelude anew.
    await expect(
      run(`example-${path.replaceAll(/\W/g, '-')}`, `${PRELUDE}\n{\n${code}\n}`),
    ).resolves.toBeUndefined();
  });

  test('is found wherever a source has one', () => {
    const marks = sources.reduce(
      (sum, path) => sum + (read(`src/${path}`).match(/@example/g)?.length ?? 0),
      0,
    );
    expect(found.length).toBe(marks);
  });
});
