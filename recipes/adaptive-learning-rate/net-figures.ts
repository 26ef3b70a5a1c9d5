/** Figures of `adaptive-learning-rate`: the deep net, schedules, the variance of the adaptive rate; what all figures share. */
import {
  curves,
  type Figure,
  inverseSquareRootDecay,
  multiples,
  type Runs,
  scaleSchedule,
  transformerSchedule,
  warmupCosine,
} from 'tfjs-recipes';
import type { simulateAdaptiveRate } from './adaptive-rate.ts';
import type { bounce, crossPlateau, crossValleys, trainDeepNet } from './experiments.ts';
import { text } from './text.ts';

type Result<Experiment extends (...given: never) => unknown> = Awaited<ReturnType<Experiment>>;
/** Each arm has the fields of its own experiments. */
export type Data = Partial<
  Result<typeof bounce> &
    Result<typeof crossValleys> &
    Result<typeof crossPlateau> &
    Result<typeof trainDeepNet> &
    Result<typeof simulateAdaptiveRate>
>;
export type Arm = keyof typeof text.arms;
type Line = { readonly steps: readonly number[]; readonly values: readonly number[] };

const NET = ['atOnce', 'warmedUp', 'adamAtOnce', 'radamAtOnce'] as const;

export const namesOf = (arms: readonly Arm[]) => Object.fromEntries(arms.map((arm) => [arm, text.arms[arm]]));

/** The rows of one series of numbers, a line per seed. */
export const rows = (
  runs: Runs<Arm, Data>,
  arms: readonly Arm[],
  of: (data: Data) => Line | undefined,
  as?: string,
) =>
  runs.all.flatMap(({ arm, seed, data }) => {
    const { steps, values } = (arms.includes(arm) ? of(data) : undefined) ?? { steps: [], values: [] };
    return steps.map((x, i) => ({ series: as ?? arm, group: seed, x, y: values[i] ?? Number.NaN }));
  });

/** Schedules of 200 updates with their peak at 1. */
const SCHEDULES = {
  cosine: warmupCosine({ peak: 1, warmupSteps: 20, totalSteps: 200 }),
  transformer: scaleSchedule(transformerSchedule({ dModel: 1, warmupSteps: 40 }), Math.sqrt(40)),
  inverseRoot: inverseSquareRootDecay({ from: 1 }),
  residual: (step: number) => (step < 80 ? 0.2 : 1),
};

export function netFigures(runs: Runs<Arm, Data>): readonly Figure[] {
  const updates = { label: text.figures.updates };
  const schedules = Object.entries(SCHEDULES).flatMap(([series, rateAt]) =>
    Array.from({ length: 200 }, (_, x) => ({ series, x, y: rateAt(x) })),
  );
  return [
    multiples({
      id: 'deep-net',
      title: text.figures.net,
      caption: text.figures.netCaption,
      names: { ...namesOf(NET), ...text.schedules },
      panels: [
        {
          kind: 'curves',
          title: text.figures.starts,
          x: updates,
          y: { label: text.figures.netLoss, scale: 'log', domain: [0.03, 1e6] },
          rows: rows(runs, NET, ({ netLoss }) => netLoss),
          references: [{ axis: 'y', value: Math.log(10), label: text.figures.guessing }],
        },
        {
          kind: 'curves',
          title: text.figures.shapes,
          x: updates,
          y: { label: text.figures.rate },
          rows: schedules,
        },
      ],
    }),
    curves({
      id: 'variance',
      title: text.figures.variance,
      caption: text.figures.varianceCaption,
      x: { ...updates, scale: 'log' },
      y: { label: text.figures.varianceOfRate, scale: 'log' },
      rows: [
        ...rows(runs, ['longMemory', 'shortMemory'], ({ variance }) => variance),
        ...rows(runs, ['longMemory'], ({ rectified }) => rectified, 'rectified'),
      ],
      names: { ...namesOf(['longMemory', 'shortMemory']), rectified: text.rectified },
    }),
  ];
}
