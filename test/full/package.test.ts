/** The packed package in an empty project: what a user gets from npm. */
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { mustRun, runProcess } from '../run-process.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tfjs-recipes-package-')));
const binary = (name: string): string => resolve('node_modules/.bin', name);
const write = (name: string, content: string): void => writeFileSync(join(folder, name), content);

let tarball = '';

// dist is fresh: `npm run test:full` has built it.
beforeAll(async () => {
  const packed: unknown = JSON.parse(
    await mustRun('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]),
  );
  const [{ filename }] = z.tuple([z.object({ filename: z.string() })]).parse(packed);
  tarball = join(folder, filename);
  write('package.json', '{ "name": "consumer", "private": true, "type": "module" }');
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  await mustRun('npm', ['install', ...flags, tarball, '@tensorflow/tfjs@4.22.0', 'typescript@6.0.3'], {
    cwd: folder,
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('in an empty project', () => {
  it('type-checks under strict and nodenext', async () => {
    write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          target: 'es2022',
          strict: true,
          skipLibCheck: true,
          noEmit: true,
        },
        files: ['consumer.ts'],
      }),
    );
    write(
      'consumer.ts',
      `import * as tf from '@tensorflow/tfjs';
      import { adam, crossEntropy, loadDigits, Rng, runRecipe, train, type History, type RecipeResult } from 'tfjs-recipes';
      import { writeReport } from 'tfjs-recipes/node';
      import { recipes } from 'tfjs-recipes/recipes';
      import { classification } from 'tfjs-recipes/recipes/classification';

      const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [64], units: 10 })] });
      const data = (await loadDigits()).split({ test: 0.2 }, Rng.fromSeed(0));
      const options = { loss: crossEntropy(), optimizer: adam(), steps: 2, rng: Rng.fromSeed(0) };
      const history: History = await train(model, data, options);
      const result: RecipeResult = await runRecipe(classification, { options: { steps: 1 }, seeds: 1 });
      await writeReport('report.html', [result]);
      export const ids: readonly string[] = recipes.map(({ id }) => id);
      // @ts-expect-error steps is a number
      await train(model, data, { ...options, steps: 'two' });
      // @ts-expect-error this recipe has no such option
      await runRecipe(classification, { options: { momentum: 0.9 } });
      export { history };
      `,
    );
    expect(await runProcess(binary('tsc'), ['-p', folder])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('trains a recipe, which shares one copy with the library', async () => {
    write(
      'train.js',
      `import { runRecipe, useBackend, History, Rng, adam, minimize } from 'tfjs-recipes';
      import { classification, recipes } from 'tfjs-recipes/recipes';
      import { classification as same } from 'tfjs-recipes/recipes/classification';
      const { name } = await useBackend('wasm');
      const result = await runRecipe(classification, { options: { steps: 2 }, seeds: 1 });
      const path = await minimize((w) => w.square().sum(), { start: [1], optimizer: adam(), steps: 2, rng: Rng.fromSeed(0) });
      console.log(JSON.stringify({
        backend: name, recipes: recipes.length, same: same === classification,
        isHistory: path instanceof History, runs: result.runs.length, arms: Object.keys(result.recipe.arms).length,
      }));`,
    );
    const report: unknown = JSON.parse(await mustRun(process.execPath, ['train.js'], { cwd: folder }));
    expect(report).toMatchObject({ backend: 'wasm', same: true, isHistory: true });
    const counts = z.object({ recipes: z.number(), runs: z.number(), arms: z.number() }).parse(report);
    expect(counts.recipes).toBeGreaterThanOrEqual(2);
    expect(counts.runs).toBe(counts.arms);
  });

  it('has the command', async () => {
    const list = await mustRun('npx', ['--no-install', 'tfjs-recipes', 'list'], { cwd: folder });
    expect(list).toMatch(/^classification\b/m);
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync('package.json', 'utf8')));
    expect(await mustRun('npx', ['--no-install', 'tfjs-recipes', '--version'], { cwd: folder })).toContain(
      version,
    );
  });

  it('has one copy of tfjs', async () => {
    const found = await mustRun('npm', ['ls', '--parseable', '@tensorflow/tfjs-core'], { cwd: folder });
    expect(found.trim().split('\n')).toEqual([join(folder, 'node_modules/@tensorflow/tfjs-core')]);
  });
});

describe('the package itself', () => {
  it('satisfies publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: '.', strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('has types that resolve (attw)', async () => {
    const { code, stdout } = await runProcess(binary('attw'), [
      tarball,
      '--profile',
      'esm-only',
      '--no-emoji',
    ]);
    expect(code, stdout).toBe(0);
  });

  it('is published whole: npm corrects nothing in package.json', async () => {
    const { code, stderr } = await runProcess('npm', [
      'publish',
      '--dry-run',
      '--ignore-scripts',
      '--tag',
      'next',
    ]);
    expect(stderr).not.toMatch(/auto-corrected|was invalid|removed/);
    expect(stderr).toContain('dist/src/cli/main.js');
    expect(code).toBe(0);
  });
});
