/** What every recipe keeps: its claims can be decided, each control fails its claim, its figures have rows and words. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { RecipeResult } from 'tfjs-recipes';
import { partsOf, rowsOfPart } from '../../src/report/parts.ts';
import { withoutLeak } from '../no-leak.ts';

/** Seeds below 1000 are for tuning; these never decide a published verdict. */
export const FIRST_SEED = 100;

/** The tests of one recipe on what `run` gives. */
export function describeRecipe(id: string, run: () => Promise<RecipeResult>): void {
  describe(id, () => {
    let result: RecipeResult;
    beforeAll(async () => {
      result = await withoutLeak(run);
    });

    test('no control shows the effect of its claim', () => {
      expect(result.verdicts.filter(({ control }) => control.status === 'held')).toEqual([]);
    });

    test('every measure, interval and threshold is a number', () => {
      for (const { claim, values, interval, measured } of result.verdicts) {
        expect([claim, [...values, ...interval, measured].every((value) => Number.isFinite(value))]).toEqual([
          claim,
          true,
        ]);
      }
    });

    test('figures have rows, words in both languages, and no series without a name', () => {
      for (const figure of [...result.figures, ...(result.timings.figures ?? [])]) {
        const rows = partsOf(figure).flatMap(rowsOfPart);
        expect(rows.length).toBeGreaterThan(0);
        expect(rows.filter(({ series }) => !(series in figure.names))).toEqual([]);
        expect(
          [figure.title.en, figure.title.zh, figure.caption?.en, figure.caption?.zh].every(
            (text) => (text?.length ?? 0) > 0,
          ),
        ).toBe(true);
      }
    });
  });
}
