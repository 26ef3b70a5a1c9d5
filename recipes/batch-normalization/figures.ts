/** The figures of `batch-normalization`. */
import { curves, type Figure, meanIntervals, multiples, rowsOf, type Runs, scatter } from 'tfjs-recipes';
import type { ArmName } from './arms.ts';
import type { Outcome } from './claims.ts';
import { text } from './text.ts';

type NormRuns = Runs<ArmName, Outcome>;
type Column = keyof typeof text.figures.columns;
type Measure = 'accuracy' | 'trainingLoss' | 'statisticsGap' | 'updatesToLearn';

const words = text.figures;
const DEEP = ['sigmoid', 'sigmoidBefore', 'sigmoidAfter', 'sigmoidShaken'] as const;
const NORMS = [
  'images',
  'imagesBatch',
  'imagesLayer',
  'imagesInstance',
  'imagesGroup',
  'imagesWeight',
  'imagesSpectral',
] as const;
const SIZES = [
  { size: '2', batch: 'batchOf2', layer: 'layerOf2' },
  { size: '8', batch: 'batchOf8', layer: 'layerOf8' },
  { size: '32', batch: 'batchOf32', layer: 'layerOf32' },
] as const;

/** One measure of some arms: a place an arm, a dot a seed. */
function places(runs: NormRuns, key: Measure, arms: readonly Column[]) {
  const names: readonly ArmName[] = arms;
  const values = runs.byArm(key, arms);
  const intervals = meanIntervals(values, Object.fromEntries(arms.map((arm, x) => [arm, x])));
  return {
    kind: 'scatter',
    x: { label: words.net, categories: arms.map((arm) => words.columns[arm]) },
    rows: values.map(({ arm, seed, value }) => ({
      series: 'seed',
      group: seed,
      x: names.indexOf(arm),
      y: value,
    })),
    intervals: intervals.map((interval) => ({ ...interval, series: 'seed' })),
  } as const;
}

/** The test error at each batch size, of the two norms side by side. */
function errors(runs: NormRuns) {
  const of = (arm: ArmName) => runs.byArm('accuracy', [arm]).map((run) => ({ ...run, value: 1 - run.value }));
  const columns = SIZES.flatMap(({ batch, layer }, x) => [
    { series: 'batch', x, values: of(batch) },
    { series: 'layer', x, values: of(layer) },
  ]);
  return {
    rows: columns.flatMap(({ series, x, values }) =>
      values.map(({ seed, value }) => ({ series, group: seed, x, y: value })),
    ),
    intervals: columns.flatMap(({ series, x, values }) =>
      meanIntervals(values, { [values[0]?.arm ?? '']: x }).map((interval) => ({ ...interval, series })),
    ),
  };
}

/** What was found along the gradient in the first updates, without and with batch norm. */
function along(
  runs: NormRuns,
  key: 'lossRange' | 'gradientChange',
  [plain, batch]: readonly [ArmName, ArmName],
) {
  const rows = (series: string, arm: ArmName) =>
    rowsOf(runs.byArm(key, [arm])).map((row) => ({ ...row, series }));
  return [...rows('plain', plain), ...rows('batch', batch)];
}

export const figures = (runs: NormRuns): Figure[] => [
  curves({
    id: 'deep-sigmoid',
    title: words.deep,
    caption: words.deepCaption,
    x: { label: words.updates },
    y: { label: words.trainingLoss },
    rows: rowsOf(runs.byArm('loss', DEEP)),
    names: Object.fromEntries(DEEP.map((arm) => [arm, text.arms[arm]])),
    references: [{ axis: 'y', value: Math.log(10), label: words.guessing }],
  }),
  multiples({
    id: 'comparisons',
    title: words.comparisons,
    caption: words.comparisonsCaption,
    names: { seed: words.seed },
    panels: [
      {
        title: words.features,
        y: { label: words.accuracy },
        ...places(runs, 'accuracy', ['nuclei', 'nucleiStandardised']),
      },
      {
        title: words.place,
        y: { label: words.updatesToLearn },
        ...places(runs, 'updatesToLearn', ['sigmoidBefore', 'sigmoidAfter']),
      },
      {
        title: words.statistics,
        y: { label: words.gap },
        ...places(runs, 'statisticsGap', ['average10', 'average100', 'average100Long']),
      },
    ],
  }),
  scatter({
    id: 'batch-size',
    title: words.sizes,
    caption: words.sizesCaption,
    x: { label: words.batchSize, categories: SIZES.map(({ size }) => ({ en: size, zh: size })) },
    y: { label: words.error },
    ...errors(runs),
    names: { batch: words.norms.batch, layer: words.norms.layer },
  }),
  multiples({
    id: 'along-gradient',
    title: words.along,
    caption: words.alongCaption,
    names: { plain: words.norms.none, batch: words.norms.batch },
    panels: (
      [
        { key: 'lossRange', arms: ['relu', 'reluBatch'], title: words.rangeRelu },
        { key: 'lossRange', arms: ['sigmoid', 'sigmoidBefore'], title: words.rangeSigmoid },
        { key: 'gradientChange', arms: ['relu', 'reluBatch'], title: words.changeRelu },
        { key: 'gradientChange', arms: ['sigmoid', 'sigmoidBefore'], title: words.changeSigmoid },
      ] as const
    ).map(({ key, arms, title }) => ({
      kind: 'curves',
      title,
      x: { label: words.updates },
      y: { label: words[key], scale: 'log' },
      rows: along(runs, key, arms),
    })),
  }),
  scatter({
    id: 'norms',
    title: words.side,
    caption: words.sideCaption,
    y: { label: words.trainingLoss, scale: 'log' },
    names: { seed: words.seed },
    ...places(runs, 'trainingLoss', NORMS),
  }),
];
