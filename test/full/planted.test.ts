/** `compare` finds and names differences that people make in a twin, each planted in the twin of a small recipe. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Passport } from '../../src/compare/passport.ts';
import { runProcess } from '../run-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'tfjs-recipes-planted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasTorch = process.env['TFJS_RECIPES_PYTHON'] !== undefined;
if (!hasTorch)
  process.stderr.write('TFJS_RECIPES_PYTHON names no Python with PyTorch: nothing is compared\n');

/** What is planted → the stage of the step, the name and the update at which it must be found. */
const PLANTED = {
  epsilon: { stage: 'update', name: 'dense:0.weight', step: 1 }, // the rate of update 0 is 0
  variance: { stage: 'update', name: 'batch_normalization:0.running_var', step: 0 },
  schedule: { stage: 'learningRate', name: '', step: 0 },
  correction: { stage: 'update', name: 'dense:0.weight', step: 1 },
  order: { stage: 'inputs', name: '', step: 1 },
  smoothing: { stage: 'loss', name: '', step: 0 },
} as const;

async function compared(
  planted: string,
): Promise<{ code: number | null; stderr: string; passport: Passport }> {
  const out = join(folder, planted === '' ? 'nothing' : planted);
  const { code, stderr } = await runProcess(
    process.execPath,
    [
      'dist/src/cli/main.js',
      'compare',
      'test/full/planted/recipe.ts',
      '--seed',
      '100',
      '--backend',
      'wasm',
      '--out',
      out,
    ],
    { env: { ...process.env, PLANTED: planted } },
  );
  return { code, stderr, passport: JSON.parse(readFileSync(join(out, 'compare.json'), 'utf8')) as Passport };
}

describe.skipIf(!hasTorch)('a twin', () => {
  test('with nothing planted agrees', { timeout: 120_000 }, async () => {
    const { code, passport } = await compared('');
    expect(passport.trainings).toHaveLength(2);
    expect(passport.trainings.filter(({ status }) => status === 'differs')).toEqual([]);
    expect([code, passport.agrees]).toEqual([0, true]);
  });

  test.each(Object.entries(PLANTED))(
    'with another %s is found out',
    { timeout: 240_000 },
    async (planted, where) => {
      const { code, passport } = await compared(planted);
      expect([code, passport.agrees]).toEqual([1, false]);
      for (const { status, cause } of passport.trainings) {
        expect(status).toBe('differs');
        expect(cause).toMatchObject({ kind: 'difference', ...where });
      }
    },
  );
});
