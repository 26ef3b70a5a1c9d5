import { expect, test } from 'vitest';
import { makePassport, type TrainingComparison } from '../../src/compare/passport.ts';
import { passportText } from '../../src/compare/passport-page.ts';
import { goodResult } from './fakes.ts';

const training = (status: TrainingComparison['status'], twin: number): TrainingComparison => ({
  arm: 'a',
  seed: 0,
  ordinal: 1,
  name: 'descent',
  folder: 'trainings/a-0/1',
  updates: 3,
  tolerance: 'smooth',
  differences: [],
  status,
  cause: null,
  timings: { ours: 1, twin },
});

const lines = (language: 'en' | 'zh'): string[] =>
  passportText(
    makePassport(goodResult, goodResult, [
      training('agrees', 0.388),
      training('agrees', 1.47),
      training('rounding', 0.0532),
    ]),
    language,
  ).split('\n');

test('the lines of a terminal count the trainings in words, and say which way the ratio of the times goes', () => {
  expect(lines('en')).toContain('  Trainings: 2 agree, 1 agrees but for rounding');
  expect(lines('en')).toContain('  Speed: PyTorch’s time by ours 0.39 [0.053, 1.5] (above 1 we are faster)');
  expect(lines('zh')).toContain('  训练: 2 个一致, 1 个除舍入外一致');
  expect(lines('zh')).toContain('  速度: PyTorch 与本库所用时间之比 0.39 [0.053, 1.5](大于 1 表示本库更快)');
});
