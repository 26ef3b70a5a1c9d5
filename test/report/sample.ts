/** A result that looks like a real one: every status, every kind of figure, both languages. */
import { Rng } from '../../src/random/rng.ts';
import { curves, scatter, surface, type Row } from '../../src/result/figure.ts';
import { SCHEMA_VERSION, type RecipeResult } from '../../src/result/recipe-result.ts';
import type { Verdict } from '../../src/result/verdict.ts';
import { sampleMultiples } from './sample-multiples.ts';

const SEEDS = [1000, 1001, 1002];

export const sampleVerdicts: readonly Verdict[] = [
  {
    claim: 'passes-the-bump',
    text: {
      en: 'Gradient descent with momentum leaves the first valley and passes the bump, plain gradient descent does not.',
      zh: '带动量的梯度下降能离开第一个谷并越过小丘，而普通梯度下降不能。',
    },
    arm: 'momentum',
    against: 'plain',
    statistic: 'share',
    threshold: { kind: 'at least', value: 0.5 },
    status: 'held',
    measured: 1,
    interval: [0.74, 1],
    values: [1, 1, 1],
    control: { arm: 'again', status: 'not held', measured: 0, interval: [0, 0.26], values: [0, 0, 0] },
    figure: { id: 'paths', at: { x: 1, y: 1 } },
  },
  {
    claim: 'lower-loss',
    text: {
      en: 'After 400 steps the loss with momentum is at most half of that without.',
      zh: '400 步之后，使用动量的损失至多为不使用时的一半。',
    },
    arm: 'momentum',
    against: 'plain',
    statistic: 'mean',
    threshold: { kind: 'at most', value: 0.5 },
    status: 'not held',
    measured: 0.8123456,
    interval: [0.7301, 0.8945],
    values: [0.79, 0.81, 0.837],
    control: {
      arm: 'again',
      status: 'not held',
      measured: 1.0021,
      interval: [0.97, 1.034],
      values: [0.99, 1.001, 1.015],
    },
    figure: { id: 'rates', at: { panel: 1, x: 200, y: 0.0075 } },
  },
  {
    claim: 'same-minimum',
    text: { en: 'Both end at the same minimum.', zh: '两者到达同一个极小值。' },
    arm: 'momentum',
    against: 'plain',
    statistic: 'mean',
    threshold: { kind: 'between', low: -0.05, high: 0.05 },
    status: 'undecided',
    measured: 0.012,
    interval: [-0.021, 0.045],
    values: [0.002, 0.011, 0.023],
    control: {
      arm: 'again',
      status: 'held',
      measured: 0.001,
      interval: [-0.004, 0.006],
      values: [0, 0.001, 0.002],
    },
    figure: { id: 'final-loss' },
    reason: 'the control shows the effect too',
  },
];

const NAMES = {
  plain: { en: 'plain gradient descent', zh: '普通梯度下降' },
  momentum: { en: 'with momentum 0.9', zh: '动量 0.9' },
};

function lossRows(): Row[] {
  const rates = { plain: 0.012, momentum: 0.03 };
  return Object.entries(rates).flatMap(([series, rate]) =>
    SEEDS.flatMap((seed) => {
      const rng = Rng.fromSeed(seed).split(series);
      const noise = rng.normal(401);
      return Array.from({ length: 401 }, (_, step) => ({
        series,
        group: seed,
        x: step,
        y: 3 * Math.exp(-rate * step) * Math.exp(0.12 * (noise[step] ?? 0)) + 2e-4,
      }));
    }),
  );
}

export const sampleCurves = curves({
  id: 'loss',
  title: {
    en: 'Momentum reaches a low loss in a third of the steps',
    zh: '使用动量只需三分之一的步数即可达到低损失',
  },
  caption: {
    en: 'Training loss of three seeds an arm. The dashed line is the loss of the best constant prediction.',
    zh: '每组三个种子的训练损失。虚线为最佳常数预测的损失。',
  },
  x: { label: { en: 'step', zh: '步' } },
  y: { label: { en: 'training loss (mean squared error)', zh: '训练损失（均方误差）' }, scale: 'log' },
  rows: lossRows(),
  names: NAMES,
  references: [{ axis: 'y', value: 1, label: { en: 'best constant', zh: '最佳常数' } }],
});

const accuracyRows: readonly Row[] = ['plain', 'momentum'].flatMap((series, s) =>
  [0, 1, 2, 3].flatMap((x) =>
    [...Rng.fromSeed(5 + x + 10 * s).normal(10)].map((noise, group) => ({
      series,
      group,
      x,
      y: 97 - 1.1 * x - 1.4 * s + 0.5 * noise,
    })),
  ),
);

export const sampleScatter = scatter({
  id: 'final-loss',
  title: {
    en: 'The larger the batch, the worse the test accuracy at the same number of epochs',
    zh: '轮数相同时，批量越大，测试准确率越低',
  },
  caption: {
    en: 'Each dot is a seed; the bars are 95 % intervals.',
    zh: '每点为一个种子；竖条为 95 % 区间。',
  },
  x: {
    label: { en: 'batch size', zh: '批量大小' },
    categories: [
      { en: '16', zh: '16' },
      { en: '128', zh: '128' },
      { en: '1024', zh: '1024' },
      { en: 'full batch (all 4,000 examples)', zh: '全批量（全部 4000 个样本）' },
    ],
  },
  y: { label: { en: 'test accuracy (%)', zh: '测试准确率（%）' } },
  rows: accuracyRows,
  names: NAMES,
  intervals: ['plain', 'momentum'].flatMap((series) =>
    [0, 1, 2, 3].map((x) => {
      const values = accuracyRows.filter((row) => row.series === series && row.x === x).map((row) => row.y);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return { series, x, low: mean - 0.36, high: mean + 0.36 };
    }),
  ),
  references: [{ axis: 'y', value: 96, label: { en: 'linear model', zh: '线性模型' } }],
});

const rosenbrock = (x: number, y: number): number => (1 - x) ** 2 + 100 * (y - x * x) ** 2;

function descend(series: string, learningRate: number, momentum: number, steps: number): Row[] {
  let [x, y, vx, vy] = [-1.2, 1.4, 0, 0];
  return Array.from({ length: steps }, () => {
    const point = { series, x, y };
    const slope = { x: -2 * (1 - x) - 400 * x * (y - x * x), y: 200 * (y - x * x) };
    vx = momentum * vx - learningRate * slope.x;
    vy = momentum * vy - learningRate * slope.y;
    x += vx;
    y += vy;
    return point;
  });
}

export const sampleSurface = surface({
  id: 'paths',
  title: {
    en: 'Three optimizers in the curved valley of Rosenbrock',
    zh: 'Rosenbrock 弯曲山谷中的三种优化器',
  },
  caption: {
    en: 'Open circles are starts, full circles are ends after 300 steps. Too large a rate leaves the picture.',
    zh: '空心圆为起点，实心圆为 300 步后的终点。学习率过大时会离开画面。',
  },
  x: { label: { en: 'θ₁', zh: 'θ₁' } },
  y: { label: { en: 'θ₂', zh: 'θ₂' } },
  z: { label: { en: 'loss', zh: '损失' }, scale: 'log' },
  of: rosenbrock,
  over: { x: [-1.6, 1.6], y: [-0.6, 2] },
  paths: [
    ...descend('plain', 0.0012, 0, 300),
    ...descend('momentum', 0.001, 0.9, 300),
    ...descend('large', 0.004, 0, 12),
  ],
  names: { ...NAMES, large: { en: 'rate too large', zh: '学习率过大' } },
  points: [{ x: 1, y: 1, label: { en: 'minimum', zh: '极小值' } }],
  animation: { seconds: 6 },
});

export const sampleResult: RecipeResult = {
  schemaVersion: SCHEMA_VERSION,
  recipe: {
    id: 'momentum',
    lecture: '2.5',
    title: { en: 'Momentum passes what gradient descent cannot', zh: '动量能越过梯度下降越不过的地方' },
    summary: {
      en: 'The movement of each step is the last movement times λ, less the gradient times η. A ball that has speed passes a small bump; this recipe measures how often, and what it costs.',
      zh: '每一步的移动等于上一步移动乘以 λ，再减去梯度乘以 η。有速度的球能越过小丘；本实验测量其频率与代价。',
    },
    arms: {
      plain: { en: 'Gradient descent without momentum.', zh: '不带动量的梯度下降。' },
      momentum: { en: 'Gradient descent with momentum λ.', zh: '动量为 λ 的梯度下降。' },
      again: { en: 'Plain gradient descent once more: the control.', zh: '再运行一次普通梯度下降：对照。' },
    },
    options: {
      learningRate: 'η, per step',
      momentum: 'λ of the lecture, the share of the last movement that is kept',
      steps: 'optimizer updates',
    },
    measures: {
      escaped: { en: 'past the bump', zh: '越过小丘' },
      loss: { en: 'final loss', zh: '最终损失' },
    },
  },
  mode: 'full',
  options: { learningRate: 0.01, momentum: 0.9, steps: 400 },
  seeds: SEEDS,
  environment: {
    package: { name: 'tfjs-recipes', version: '0.1.0' },
    backend: {
      name: 'wasm',
      device: 'CPU with SIMD',
      threads: 4,
      isGpu: false,
      others: [
        {
          name: 'tensorflow',
          reason: '@tensorflow/tfjs-node is not installed',
          cure: 'npm install @tensorflow/tfjs-node, or npx tfjs-recipes native',
        },
      ],
    },
    versions: { tfjs: '4.22.0', node: '20.20.2' },
    platform: 'linux x64',
  },
  runs: ['plain', 'momentum', 'again'].flatMap((arm) =>
    SEEDS.map((seed) => ({
      arm,
      seed,
      data: { escaped: arm === 'momentum' ? 1 : 0, loss: (seed - 999) * (arm === 'momentum' ? 2e-4 : 0.023) },
    })),
  ),
  verdicts: sampleVerdicts,
  figures: [sampleCurves, sampleScatter, sampleSurface, sampleMultiples],
  timings: {
    startedAt: '2026-11-22T09:30:00.000Z',
    totalSeconds: 83.4,
    runs: [8.1, 8.3, 8.2, 9.9, 10.1, 9.8, 8.2, 8.4, 8.1],
  },
};
