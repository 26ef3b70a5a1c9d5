/** Small multiples that look like real ones: curves with bands, then dots over categories. */
import { Rng } from '../../src/random/rng.ts';
import { multiples, type Band, type Panel, type Row } from '../../src/result/figure.ts';

const ARMS = { plain: 1, momentum: 1.6 };

/** Two decaying curves with a band around each. */
function ratePanel(rate: number): Panel {
  const rows: Row[] = [];
  const bands: Band[] = [];
  for (const [series, speed] of Object.entries(ARMS))
    for (let x = 0; x <= 400; x += 10) {
      const y = 3 * Math.exp(-speed * rate * x) + 2e-3;
      rows.push({ series, x, y });
      bands.push({ series, x, low: y / 1.5, high: y * 1.5 });
    }
  return {
    kind: 'curves',
    title: { en: `learning rate ${rate}`, zh: `学习率 ${rate}` },
    x: { label: { en: 'step', zh: '步' } },
    y: { label: { en: 'training loss (mean squared error)', zh: '训练损失（均方误差）' }, scale: 'log' },
    rows,
    bands,
    references: [{ axis: 'y', value: 1, label: { en: 'best constant', zh: '最佳常数' } }],
  };
}

/** Ten dots an arm and size. */
function sizePanel(): Panel {
  const rows = Object.keys(ARMS).flatMap((series, s) =>
    [0, 1, 2].flatMap((x) =>
      [...Rng.fromSeed(x + 10 * s).normal(10)].map((noise): Row => ({
        series,
        x,
        y: 97 - x - s + noise / 2,
      })),
    ),
  );
  return {
    kind: 'scatter',
    title: {
      en: 'test accuracy by batch size, at the best of the four rates',
      zh: '最佳学习率下的测试准确率',
    },
    x: {
      label: { en: 'batch size', zh: '批量大小' },
      categories: [
        { en: '16', zh: '16' },
        { en: '128', zh: '128' },
        { en: 'full batch', zh: '全批量' },
      ],
    },
    y: { label: { en: 'test accuracy (%)', zh: '测试准确率（%）' } },
    rows,
    intervals: Object.keys(ARMS).flatMap((series, s) =>
      [0, 1, 2].map((x) => ({ series, x, low: 96.6 - x - s, high: 97.4 - x - s })),
    ),
  };
}

export const sampleMultiples = multiples({
  id: 'rates',
  title: {
    en: 'With momentum the loss falls faster at each rate, and the accuracy stays the same',
    zh: '在各学习率下，动量都使损失下降更快，而准确率不变',
  },
  caption: {
    en: 'Shaded: 95 % intervals over 20 seeds.',
    zh: '阴影：20 个种子的 95 % 区间。',
  },
  panels: [0.01, 0.02, 0.04, 0.08].map(ratePanel).concat(sizePanel()),
  names: {
    plain: { en: 'plain gradient descent', zh: '普通梯度下降' },
    momentum: { en: 'with momentum 0.9', zh: '动量 0.9' },
  },
});
