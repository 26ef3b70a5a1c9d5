import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.ts';
import { stringifyJson } from '../../src/result/json.ts';
import type { RecipeResult } from '../../src/result/recipe-result.ts';
import { parseRecipeResult } from '../../src/result/schema.ts';
import { sampleResult } from '../report/sample.ts';

/** The message of the error that a text gives. */
function messageOf(source: string): string {
  try {
    parseRecipeResult(source, 'runs/a/result.json');
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return error instanceof Error ? error.message : '';
  }
  throw new Error('the text was accepted');
}

/** The sample after a change of its plain form. */
function broken(change: (plain: RecipeResult) => object): string {
  return stringifyJson(change(structuredClone(sampleResult)));
}

describe('parseRecipeResult', () => {
  it('gives back what was stored', () => {
    expect(parseRecipeResult(stringifyJson(sampleResult), 'here')).toEqual(sampleResult);
  });

  it('keeps what the clock measured', () => {
    const { timings, figures, verdicts } = sampleResult;
    const clock = figures.map((figure) => ({ ...figure, clock: true }));
    const data = sampleResult.runs.map((_, index) => (index === 0 ? null : { seconds: index }));
    const result = { ...sampleResult, timings: { ...timings, data, verdicts, figures: clock } };
    expect(parseRecipeResult(stringifyJson(result), 'here')).toEqual(result);
  });

  it('keeps numbers that are not finite', () => {
    const runs = [{ arm: 'plain', seed: 1000, data: { loss: Number.NaN, path: [Number.NEGATIVE_INFINITY] } }];
    const stored = broken((plain) => ({ ...plain, runs }));
    expect(parseRecipeResult(stored, 'here').runs).toEqual(runs);
  });

  it.each([
    ['', 'is not JSON'],
    ['{"schemaVersion": 1,', 'is not JSON'],
    ['[]', 'is not a recipe result'],
    ['null', 'is not a recipe result'],
    ['{"schemaVersion": 2}', 'schema version 2, this package reads version 1'],
    ['{"schemaVersion": "1"}', 'schema version "1"'],
    ['{}', 'schemaVersion'],
  ])('refuses %s', (source, part) => {
    const message = messageOf(source);
    expect(message).toContain('runs/a/result.json');
    expect(message).toContain(part);
    expect(message).not.toContain('\n');
  });

  it.each([
    ['a missing field', broken((plain) => ({ ...plain, seeds: undefined })), 'seeds:'],
    ['an unknown field', broken((plain) => ({ ...plain, extra: 1 })), 'extra'],
    [
      'a wrong type deep inside',
      broken((plain) => ({ ...plain, runs: [{ arm: 'a', seed: 1.5, data: {} }] })),
      'runs[0].seed: must be a whole number',
    ],
    [
      'an unknown kind of figure',
      broken((plain) => ({ ...plain, figures: [{ kind: 'pie' }] })),
      'figures[0].kind:',
    ],
    [
      'a text in one language',
      broken((plain) => ({ ...plain, recipe: { ...plain.recipe, title: { en: 'a' } } })),
      'recipe.title.zh:',
    ],
    [
      'a grid of the wrong size',
      broken((plain) => ({
        ...plain,
        figures: plain.figures.map((figure) =>
          figure.kind === 'surface' ? { ...figure, grid: { ...figure.grid, columns: 60 } } : figure,
        ),
      })),
      'figures[2].grid.values: must have columns × rows numbers',
    ],
    [
      'a panel of another kind',
      broken((plain) => ({
        ...plain,
        figures: plain.figures.map((figure) =>
          figure.kind === 'multiples' ? { ...figure, panels: [{ kind: 'surface' }] } : figure,
        ),
      })),
      'figures[3].panels[0].kind:',
    ],
    [
      'an animation without time',
      broken((plain) => ({
        ...plain,
        figures: plain.figures.map((figure) =>
          figure.kind === 'surface' ? { ...figure, animation: { seconds: 0 } } : figure,
        ),
      })),
      'figures[2].animation.seconds: must be above 0',
    ],
    [
      'a place that is none',
      broken((plain) => ({
        ...plain,
        verdicts: plain.verdicts.map((verdict) => ({ ...verdict, figure: { id: 'a', at: { x: 1 } } })),
      })),
      'verdicts[0].figure.at.y:',
    ],
    ['a name with a line end', broken((plain) => ({ ...plain, options: 3, 'a\nb': 1 })), 'a b'],
  ])('names the path of %s', (_, source, part) => {
    const message = messageOf(source);
    expect(message).toContain('runs/a/result.json is not a recipe result');
    expect(message).toContain(part);
    expect(message).not.toContain('\n');
  });

  it('lists three problems and counts the others', () => {
    const message = messageOf('{"schemaVersion": 1}');
    expect(message.split('; ')).toHaveLength(4);
    expect(message).toMatch(/and \d+ more$/);
  });
});
