/** The figures of `classification`. */
import {
  curves,
  type Figure,
  meanIntervals,
  multiples,
  rowsOf,
  type Runs,
  scatter,
  surface,
} from 'tfjs-recipes';
import type { ArmName, Outcome } from './arms.ts';
import { cornerValue } from './corner.ts';
import { ALONG } from './small-tasks.ts';
import { text } from './text.ts';

type ClassRuns = Runs<ArmName, Outcome>;

const words = text.figures;
const DIGITS = ['linear', 'mlp', 'shuffled'] as const;
const CODINGS = ['number', 'oneHot', 'softmax'] as const;
const PICTURE = { x: [-11, 11], y: [-11, 11] } as const;

/** One field of the runs that have it. */
function known<Key extends keyof Outcome>(runs: ClassRuns, key: Key, arms: readonly ArmName[]) {
  return runs
    .byArm(key, arms)
    .flatMap(({ value, ...run }) => (value === undefined ? [] : [{ ...run, value }]));
}

/** A place an arm, a dot a seed. */
function places(runs: ClassRuns, key: 'accuracy' | 'variance', arms: readonly ArmName[]) {
  const values = known(runs, key, arms);
  const intervals = meanIntervals(values, Object.fromEntries(arms.map((arm, x) => [arm, x])));
  return {
    kind: 'scatter',
    x: { label: words.model, categories: arms.map((arm) => text.arms[arm]) },
    rows: values.map(({ arm, seed, value }) => ({
      series: 'seed',
      group: seed,
      x: arms.indexOf(arm),
      y: value,
    })),
    intervals: intervals.map((interval) => ({ ...interval, series: 'seed' })),
  } as const;
}

/** What each output of a coding says along the line of the blobs, of the first seed. */
function along(runs: ClassRuns, arm: ArmName, outputs: readonly number[]) {
  const found = known(runs, 'outputs', [arm]).find(({ seed }) => seed === runs.seeds[0])?.value ?? [];
  const shown = arm === 'softmax' ? probabilitiesOf(found) : found;
  return outputs.flatMap((output) =>
    (shown[output] ?? []).map((y, i) => ({
      series: `${arm === 'number' ? 'number' : 'output'}${output}`,
      x: ALONG[i] ?? Number.NaN,
      y,
    })),
  );
}

function probabilitiesOf(logits: readonly (readonly number[])[]) {
  const sums = ALONG.map((_, i) => logits.reduce((sum, each) => sum + Math.exp(each[i] ?? 0), 0));
  return logits.map((each) => each.map((logit, i) => Math.exp(logit) / (sums[i] ?? 1)));
}

/** The surface of a loss over the two logits of the slide, with the first seed's paths. */
function corner(runs: ClassRuns, loss: 'squared error' | 'cross-entropy', arms: readonly ArmName[]): Figure {
  const isSquared = loss === 'squared error';
  const paths = known(runs, 'path', arms).filter(({ seed }) => seed === runs.seeds[0]);
  return surface({
    id: isSquared ? 'corner-squared-error' : 'corner-cross-entropy',
    title: isSquared ? words.cornerSquared : words.cornerCross,
    caption: isSquared ? words.cornerSquaredCaption : words.cornerCrossCaption,
    x: { label: words.y1 },
    y: { label: words.y2 },
    z: { label: isSquared ? words.squaredError : words.crossEntropy },
    over: PICTURE,
    of: (y1, y2) => cornerValue(loss, y1, y2),
    names: Object.fromEntries(arms.map((arm) => [arm, text.arms[arm]])),
    paths: paths.flatMap(({ arm, value }) => value.map(([x, y]) => ({ series: arm, x, y }))),
    points: [{ x: 10, y: -10, label: words.right }],
    animation: { seconds: 6 },
  });
}

export const figures = (runs: ClassRuns): Figure[] => [
  curves({
    id: 'learning',
    title: words.learning,
    caption: words.learningCaption,
    x: { label: words.updates },
    y: { label: words.validationLoss, scale: 'log' },
    rows: rowsOf(known(runs, 'validationLoss', DIGITS)),
    names: Object.fromEntries(DIGITS.map((arm) => [arm, text.arms[arm]])),
    references: [{ axis: 'y', value: Math.log(10), label: words.guessing }],
  }),
  scatter({
    id: 'accuracy',
    title: words.accuracy,
    caption: words.accuracyCaption,
    y: { label: words.testAccuracy },
    names: { seed: words.seed },
    ...places(runs, 'accuracy', ['linear', 'mlp']),
  }),
  multiples({
    id: 'codings',
    title: words.codings,
    caption: words.codingsCaption,
    names: words.outputs,
    panels: [
      { title: words.read, y: { label: words.testAccuracy }, ...places(runs, 'accuracy', CODINGS) },
      ...(
        [
          { title: words.asNumber, arm: 'number', outputs: [0, 1], y: words.output },
          { title: words.asOneHot, arm: 'oneHot', outputs: [0, 1, 2], y: words.output },
          { title: words.asSoftmax, arm: 'softmax', outputs: [0, 1, 2], y: words.probability },
        ] as const
      ).map(({ title, arm, outputs, y }) => ({
        kind: 'curves' as const,
        title,
        x: { label: words.place },
        y: { label: y },
        rows: along(runs, arm, outputs),
      })),
    ],
  }),
  corner(runs, 'cross-entropy', ['cornerCrossEntropy']),
  corner(runs, 'squared error', ['cornerSquared', 'cornerSquaredAdam']),
  scatter({
    id: 'slopes',
    title: words.slopes,
    caption: words.slopesCaption,
    y: { label: words.variance },
    names: { seed: words.seed },
    references: [{ axis: 'y', value: 1, label: words.bound }],
    ...places(runs, 'variance', ['slopesCrossEntropy', 'slopesSquared']),
  }),
];
