/** The figures of `model-bias`. */
import { type Figure, meanIntervals, multiples, piecewiseLinear, type Runs, scatter } from 'tfjs-recipes';
import type { ArmName, Outcome } from './arms.ts';
import { CURVES, pointsOn } from './nets.ts';
import { text } from './text.ts';

type BiasRuns = Runs<ArmName, Outcome>;
type Panel = Parameters<typeof multiples>[0]['panels'][number];
const words = text.figures;

export const figures = (runs: BiasRuns): Figure[] => [pieces(), fits(runs), found(runs), sweep(runs)];

/** A function at 201 places. */
const drawn = (series: string, of: (x: number) => number) =>
  Array.from({ length: 201 }, (_, i) => ({ series, x: i / 100 - 1, y: of(i / 100 - 1) }));

const clipped = (r: number) => Math.min(1, Math.max(0, r));
const sigmoid = (r: number) => 1 / (1 + Math.exp(-r));

function pieces(): Figure {
  const { at, constant, hardSigmoids, relus } = piecewiseLinear(CURVES.bent);
  const ramps = relus.map((unit) => (x: number) => unit.height * Math.max(0, unit.weight * x + unit.bias));
  return multiples({
    id: 'pieces',
    title: words.pieces,
    caption: words.piecesCaption,
    names: words.parts,
    panels: [
      {
        kind: 'curves',
        title: words.sum,
        x: { label: words.x },
        y: { label: words.y },
        rows: [
          ...drawn('curve', at),
          ...drawn('constant', () => constant),
          ...hardSigmoids.flatMap(({ height, weight, bias }, index) =>
            drawn(`piece${index + 1}`, (x) => height * clipped(weight * x + bias)),
          ),
        ],
      },
      {
        kind: 'curves',
        title: words.relus,
        x: { label: words.x },
        y: { label: words.y, domain: [-2, 2] },
        rows: [
          ...drawn('curve', (x) => ramps.reduce((sum, ramp) => sum + ramp(x), constant)),
          ...ramps.flatMap((ramp, group) => drawn('relu', ramp).map((row) => ({ ...row, group }))),
        ],
      },
      {
        kind: 'curves',
        title: words.soft,
        x: { label: words.x },
        y: { label: words.y },
        rows: [
          ...drawn('hard', (x) => clipped(2 * x + 0.5)),
          ...drawn('soft8', (x) => sigmoid(8 * x)),
          ...drawn('soft11', (x) => sigmoid(11.3 * x)),
          ...drawn('soft32', (x) => sigmoid(32 * x)),
        ],
      },
    ],
  });
}

function fits(runs: BiasRuns): Figure {
  const panel = (arm: ArmName): Panel => {
    const nets = runs.of(arm)[0]?.fits ?? [];
    const { x } = pointsOn('bent', nets[0]?.length ?? 0);
    return {
      kind: 'curves',
      title: text.arms[arm],
      x: { label: words.x },
      y: { label: words.y, domain: [-0.2, 1.6] },
      rows: [
        ...drawn('curve', piecewiseLinear(CURVES.bent).at),
        ...nets.flatMap((net, n) => net.map((y, i) => ({ series: `net${n + 1}`, x: x[i] ?? Number.NaN, y }))),
      ],
    };
  };
  return multiples({
    id: 'fits',
    title: words.fits,
    caption: words.fitsCaption,
    names: words.fitted,
    panels: (['line', 'sigmoids', 'relu6', 'relu200'] as const).map(panel),
  });
}

function found(runs: BiasRuns): Figure {
  const units = { sigmoids: 3, pair: 2, relu6: 6, relu20: 20, relu60: 60, relu200: 200 };
  const of = (arms: readonly (keyof typeof units)[], series: string) => {
    const shares = runs
      .byArm('found', arms)
      .map(({ value, ...run }) => ({ ...run, value: value ?? Number.NaN }));
    const places = Object.fromEntries(arms.map((arm) => [arm, units[arm]]));
    return {
      rows: shares.map(({ arm, seed, value }) => ({
        series,
        group: seed,
        x: places[arm] ?? Number.NaN,
        y: value,
      })),
      intervals: meanIntervals(shares, places).map((interval) => ({ ...interval, series })),
    };
  };
  const relu = of(['pair', 'relu6', 'relu20', 'relu60', 'relu200'], 'relu');
  const soft = of(['sigmoids'], 'sigmoid');
  return scatter({
    id: 'found',
    title: words.found,
    caption: words.foundCaption,
    x: { label: words.units, scale: 'log' },
    y: { label: words.share, domain: [0, 1] },
    rows: [...relu.rows, ...soft.rows],
    intervals: [...relu.intervals, ...soft.intervals],
    names: words.activations,
  });
}

function sweep(runs: BiasRuns): Figure {
  const panel = (title: (typeof words)['features' | 'width' | 'depth'], arms: readonly ArmName[]): Panel => ({
    kind: 'scatter',
    title,
    x: { label: words.model, categories: arms.map((arm) => words.short[arm as keyof typeof words.short]) },
    y: { label: words.seriesError, domain: [0, 0.8] },
    rows: runs.byArm('seriesError', arms).map(({ arm, seed, value }) => ({
      series: 'error',
      group: seed,
      x: arms.indexOf(arm),
      y: value ?? Number.NaN,
    })),
  });
  return multiples({
    id: 'sweep',
    title: words.sweep,
    caption: words.sweepCaption,
    names: words.errors,
    panels: [
      panel(words.features, ['day', 'dayNet', 'week', 'fortnight']),
      panel(words.width, ['fortnight', 'units10', 'layers1', 'units100']),
      panel(words.depth, ['layers1', 'layers2', 'layers3']),
    ],
  });
}
