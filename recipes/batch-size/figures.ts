/** What the runs of `batch-size` look like. */
import { curves, type Figure, meanIntervals, multiples, type Runs, scatter } from 'tfjs-recipes';
import { text } from './text.ts';

const SIZES = ['one', 'small', 'middle', 'large', 'whole'] as const;
const TUNED = ['small', 'again', 'middle', 'large'] as const;
const SCALING = ['base', 'unscaled', 'rootScaled', 'scaled', 'atOnce'] as const;

/** What a run of one arm gives, as far as it is drawn. */
type Data = {
  readonly batchSize: number;
  readonly lossAtEqualEpochs: number | undefined;
  readonly lossAtEqualUpdates: number | undefined;
  readonly accuracy: number;
  readonly variance: number | undefined;
  readonly losses: { readonly steps: readonly number[]; readonly values: readonly number[] };
  /** In seconds. */
  readonly timings: { readonly update: number; readonly epoch: number };
};

export function figures(runs: Runs<keyof typeof text.arms, Data>): readonly Figure[] {
  const batchSizes = { label: text.figures.batchSize, scale: 'log' } as const;
  const against = (
    series: keyof typeof text.series,
    arms: readonly string[],
    of: (data: Data) => number | undefined,
  ) =>
    runs.all
      .filter(({ arm }) => arms.includes(arm))
      .toSorted((one, other) => one.data.batchSize - other.data.batchSize)
      .flatMap(({ seed, data }) => {
        const y = of(data);
        return y === undefined ? [] : [{ series, group: seed, x: data.batchSize, y }];
      });
  const tuned = TUNED.map((arm) => text.arms[arm]);
  const columns = Object.fromEntries(TUNED.map((arm, x) => [arm, x]));
  return [
    multiples({
      id: 'time',
      title: text.figures.time,
      caption: text.figures.timeCaption,
      clock: true,
      names: text.series,
      panels: [
        {
          kind: 'curves',
          title: text.figures.timeOfUpdate,
          x: batchSizes,
          y: { label: text.figures.milliseconds, scale: 'log' },
          rows: against('time', SIZES, ({ timings }) => 1000 * timings.update),
        },
        {
          kind: 'curves',
          title: text.figures.timeOfEpoch,
          x: batchSizes,
          y: { label: text.figures.seconds, scale: 'log' },
          rows: against('time', SIZES, ({ timings }) => timings.epoch),
        },
      ],
    }),
    curves({
      id: 'noise',
      title: text.figures.noise,
      caption: text.figures.noiseCaption,
      x: batchSizes,
      y: { label: text.figures.variance, scale: 'log' },
      rows: against('variance', SIZES, ({ variance }) => variance),
      names: { variance: text.series.variance },
    }),
    curves({
      id: 'loss',
      title: text.figures.loss,
      caption: text.figures.lossCaption,
      x: batchSizes,
      y: { label: text.figures.trainLoss, scale: 'log' },
      rows: [
        ...against('epochs', ['small', 'middle', 'large', 'whole'], (data) => data.lossAtEqualEpochs),
        ...against('updates', ['small', 'middle', 'large'], (data) => data.lossAtEqualUpdates),
      ],
      names: { epochs: text.series.epochs, updates: text.series.updates },
    }),
    scatter({
      id: 'accuracy',
      title: text.figures.accuracy,
      caption: text.figures.accuracyCaption,
      x: { label: text.figures.batchSize, categories: tuned },
      y: { label: text.figures.testAccuracy },
      rows: runs
        .byArm('accuracy', TUNED)
        .map(({ arm, seed, value }) => ({ series: arm, group: seed, x: columns[arm] ?? 0, y: value })),
      names: Object.fromEntries(TUNED.map((arm) => [arm, text.arms[arm]])),
      intervals: meanIntervals(runs.byArm('accuracy', TUNED), columns),
    }),
    curves({
      id: 'scaling',
      title: text.figures.scaling,
      caption: text.figures.scalingCaption,
      x: { label: text.figures.epochs },
      y: { label: text.figures.trainLoss, scale: 'log' },
      rows: runs
        .byArm('losses', SCALING)
        .flatMap(({ arm, seed, value: { steps, values } }) =>
          steps.map((x, i) => ({ series: arm, group: seed, x, y: values[i] ?? Number.NaN })),
        ),
      names: Object.fromEntries(SCALING.map((arm) => [arm, text.arms[arm]])),
    }),
  ];
}
