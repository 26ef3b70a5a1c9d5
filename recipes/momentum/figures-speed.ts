/** The figures of `momentum` on how fast it is: in a valley, over condition numbers, in a net. */
import { type Figure, meanIntervals, multiples, rowsOf, type Runs, surface } from 'tfjs-recipes';
import type { Outcome } from './outcome.ts';
import { text } from './text.ts';

type Arm = keyof typeof text.arms;
export type MomentumRuns = Runs<Arm, Outcome>;

export const ARMS = ['plain', 'tenfold', 'momentum', 'nesterov'] as const;
const WITHOUT_TENFOLD = ['plain', 'momentum', 'nesterov'] as const;
const words = text.figures;
/** Which bowl is drawn from above, and the part of it. */
const DRAWN = 30;
const PICTURE = { x: [-1.5, 3.5], y: [-2, 2] } as const;

/** A path of the first seed, by update. */
export const firstSeed = (runs: MomentumRuns, key: 'ball' | 'overPlateau' | 'cycle', arms: readonly Arm[]) =>
  runs
    .byArm(key, arms)
    .filter(({ seed }) => seed === runs.seeds[0])
    .flatMap(({ arm, value }) => value.map((y, x) => ({ series: arm, x, y })));

export function valley(runs: MomentumRuns): Figure {
  const shown = runs.byArm('bowls', WITHOUT_TENFOLD).filter(({ seed }) => seed === runs.seeds[0]);
  const late = runs.of('plain')[0]?.bowls.find(({ condition }) => condition === DRAWN)?.path[20];
  return surface({
    id: 'valley',
    title: words.valley,
    caption: words.valleyCaption,
    x: { label: words.flat },
    y: { label: words.steep },
    z: { label: words.loss, scale: 'log' },
    over: PICTURE,
    of: (x, y) => (x * x) / DRAWN / 2 + (y * y) / 2,
    names: text.arms,
    paths: shown.flatMap(({ arm, value }) =>
      (value.find(({ condition }) => condition === DRAWN)?.path ?? []).map(([x, y]) => ({
        series: arm,
        x,
        y,
      })),
    ),
    points: [
      { x: 0, y: 0, label: words.minimum },
      ...(late ? [{ x: late[0], y: late[1], label: words.descentLate }] : []),
    ],
    animation: { seconds: 6 },
  });
}

export function rates(runs: MomentumRuns): Figure {
  return multiples({
    id: 'rates',
    title: words.rates,
    caption: words.ratesCaption,
    names: text.arms,
    panels: [
      {
        kind: 'curves',
        title: words.needed,
        x: { label: words.condition, scale: 'log' },
        y: { label: words.updatesNeeded, scale: 'log' },
        rows: runs
          .byArm('bowls', WITHOUT_TENFOLD)
          .flatMap(({ arm, seed, value }) =>
            value.map(({ condition, updates }) => ({ series: arm, group: seed, x: condition, y: updates })),
          ),
      },
      {
        kind: 'curves',
        title: words.cycle,
        x: { label: words.updates },
        y: { label: words.place },
        rows: firstSeed(runs, 'cycle', WITHOUT_TENFOLD),
      },
    ],
  });
}

export function net(runs: MomentumRuns): Figure {
  const ends = runs.byArm('smallBatchLoss', WITHOUT_TENFOLD);
  const places = { plain: 0, momentum: 1, nesterov: 2 };
  return multiples({
    id: 'net',
    title: words.net,
    caption: words.netCaption,
    names: text.arms,
    panels: [
      {
        kind: 'curves',
        title: words.fullBatch,
        x: { label: words.updates },
        y: { label: words.crossEntropy, scale: 'log' },
        rows: rowsOf(runs.byArm('learning')).filter(({ x }) => x % 5 === 0),
      },
      {
        kind: 'scatter',
        title: words.smallBatch,
        x: { label: words.rule, categories: WITHOUT_TENFOLD.map((arm) => text.arms[arm]) },
        y: { label: words.lossAfter, scale: 'log' },
        rows: ends.map(({ arm, seed, value }) => ({
          series: arm,
          group: seed,
          x: WITHOUT_TENFOLD.findIndex((each) => each === arm),
          y: value,
        })),
        intervals: meanIntervals(ends, places),
      },
    ],
  });
}
