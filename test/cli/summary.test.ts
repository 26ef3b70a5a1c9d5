import { Chalk } from 'chalk';
import { expect, test } from 'vitest';
import { withTable } from '../../scripts/verdict-table.ts';
import { summaryText } from '../../src/cli/summary.ts';
import type { Verdict } from '../../src/result/verdict.ts';
import { sampleResult, sampleVerdicts } from '../report/sample.ts';

const verdicts = sampleVerdicts.slice(1, 2).map((verdict): Verdict => ({
  ...verdict,
  scale: 'log10',
  threshold: { kind: 'at most', value: -1 },
  measured: Math.log10(0.019),
  interval: [-2, Math.log10(0.021)],
  control: { ...verdict.control, measured: 0, interval: [-1, 1] },
}));
const result = { ...sampleResult, verdicts };

test('a logarithm of a ratio is shown as the factor', () => {
  const text = summaryText(result, 'en', new Chalk({ level: 0 }));
  expect(text).toContain(': ×0.019 [×0.01, ×0.021] · Expected: at most ×0.1\n');
  expect(text).toContain(': ×1 [×0.1, ×10] ·');
});

test('so it is in the table of a chapter', () => {
  const chapter = '<!-- verdicts: npm run confirm --><!-- /verdicts -->';
  const table = withTable(chapter, result, 'zh');
  for (const cell of ['×0.019 [×0.01, ×0.021]', '≤ ×0.1', '×1 [×0.1, ×10]']) expect(table).toContain(cell);
});
