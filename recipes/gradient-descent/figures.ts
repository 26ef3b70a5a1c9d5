/** The figures of `gradient-descent`, and the points that they and the runs share. */
import {
  curves,
  type Figure,
  lineSurface,
  multiples,
  noisyLine,
  Rng,
  rowsOf,
  type Runs,
  scatter,
  surface,
} from 'tfjs-recipes';
import type { ArmName, Outcome } from './claims.ts';
import { text } from './text.ts';

interface LineOptions {
  readonly rows: number;
  readonly noise: number;
}

export const TRUTH = { intercept: 0.5, slope: 2 };
const PICTURE = { x: [-1.6, 2.6], y: [-1.6, 4] } as const;
/** The columns of the figure on outliers. */
const COLUMNS = [
  { arm: 'right', field: 'squaredLineError', series: 'squared', label: text.figures.columns.squared },
  { arm: 'right', field: 'absoluteLineError', series: 'absolute', label: text.figures.columns.absolute },
  {
    arm: 'outliers',
    field: 'squaredLineError',
    series: 'squared',
    label: text.figures.columns.squaredOutliers,
  },
  {
    arm: 'outliers',
    field: 'absoluteLineError',
    series: 'absolute',
    label: text.figures.columns.absoluteOutliers,
  },
] as const;
const RATES = ['small', 'right', 'below', 'beyond'] as const;

/** The points of a seed. */
export const points = (rng: Rng, { rows, noise }: LineOptions, outliers: number) =>
  noisyLine({ rows, ...TRUTH, noise, outliers: { count: outliers, shift: 6 } }, rng.split('points'));

export const figures = (runs: Runs<ArmName, Outcome>, options: LineOptions): Figure[] => {
  const first = runs.seeds[0] ?? 0;
  const data = points(Rng.fromSeed(first), options, 0);
  const line = lineSurface(data.inputs.values, data.targets.values);
  const shown = runs.byArm('path', ['small', 'right', 'beyond']).filter(({ seed }) => seed === first);
  return [
    surface({
      id: 'surface',
      title: text.figures.surface,
      caption: text.figures.surfaceCaption,
      x: { label: text.figures.intercept },
      y: { label: text.figures.slope },
      z: { label: text.figures.meanSquaredError, scale: 'log' },
      over: PICTURE,
      of: line.squaredError,
      names: text.arms,
      paths: shown.flatMap(({ arm, value }) => value.map(([x, y]) => ({ series: arm, x, y }))),
      points: [{ x: line.minimum[0], y: line.minimum[1], label: text.figures.best }],
      animation: { seconds: 6 },
    }),
    curves({
      id: 'excess-loss',
      title: text.figures.loss,
      caption: text.figures.lossCaption,
      x: { label: text.figures.updates },
      y: { label: text.figures.excess, scale: 'log' },
      rows: rowsOf(runs.byArm('excess', RATES)),
      names: text.arms,
    }),
    scatter({
      id: 'outliers',
      title: text.figures.outliers,
      caption: text.figures.outliersCaption,
      x: { label: text.figures.lossAndData, categories: COLUMNS.map(({ label }) => label) },
      y: { label: text.figures.lineError, scale: 'log' },
      rows: COLUMNS.flatMap(({ arm, field, series }, x) =>
        runs.byArm(field, [arm]).map(({ seed, value }) => ({ series, group: seed, x, y: value })),
      ),
      names: text.figures.losses,
    }),
    doubleWell(runs),
  ];
};

/** The loss, and where starts end against where they began. */
function doubleWell(runs: Runs<ArmName, Outcome>): Figure {
  const words = text.figures;
  const ends = (arm: 'right' | 'beyond') => ({
    kind: 'scatter' as const,
    title: text.arms[arm],
    x: { label: words.startOfW, domain: [-3, 2] as const },
    y: { label: words.endOfW, domain: [-3, 2] as const },
    rows: runs
      .byArm('wells', [arm])
      .flatMap(({ seed, value }) => value.map(([x, y]) => ({ series: arm, group: seed, x, y }))),
    references: [
      { axis: 'y' as const, value: -2, label: words.sharp },
      { axis: 'y' as const, value: 1, label: words.flat },
      { axis: 'x' as const, value: 0, label: words.hill },
    ],
  });
  const places = Array.from({ length: 101 }, (_, i) => i / 20 - 3);
  return multiples({
    id: 'double-well',
    title: words.wells,
    caption: words.wellsCaption,
    names: { wellLoss: words.wellLoss, right: text.arms.right, beyond: text.arms.beyond },
    panels: [
      {
        kind: 'curves',
        title: words.wellLoss,
        x: { label: words.place },
        y: { label: words.wellHeight },
        rows: places.map((x) => ({ series: 'wellLoss', x, y: x ** 4 / 4 + x ** 3 / 3 - x ** 2 })),
      },
      ends('right'),
      ends('beyond'),
    ],
  });
}
