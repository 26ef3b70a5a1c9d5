/** What the runs of `adaptive-learning-rate` look like: on the surfaces here, in the net and simulated in `net-figures.ts`. */
import { type Figure, multiples, type Runs, scatter, surface } from 'tfjs-recipes';
import { type Arm, type Data, namesOf, netFigures, rows } from './net-figures.ts';
import { ANGLES } from './surfaces.ts';
import { text } from './text.ts';

const CANYON = ['stuck', 'settled'] as const;
const SURFACES = ['gd', 'adagradMean', 'adagradSum', 'rmsProp', 'adam'] as const;
const PLATEAU = ['adagradMean', 'adagradSum', 'rmsProp'] as const;

/** A value of each point of the path over the plateau. */
const alongPlateau = (of: (b: number, next: number) => number) => (data: Data) => {
  const steep = (data.plateauPath ?? []).map(([, b]) => b);
  return { steps: steep.map((_b, t) => t), values: steep.map((b, t) => of(b, steep[t + 1] ?? Number.NaN)) };
};

export function figures(runs: Runs<Arm, Data>, { canyonRate }: { canyonRate: number }): readonly Figure[] {
  const updates = { label: text.figures.updates };
  const few = (of: ReturnType<typeof alongPlateau>) =>
    rows(runs, PLATEAU, of).filter(({ group }) => runs.seeds.indexOf(group) < 3);
  const balls = ['adagradMean', 'adagradSum'] as const;
  const paths = runs.byArm('plateauPath', balls).filter(({ seed }) => seed === runs.seeds[0]);
  return [
    multiples({
      id: 'bouncing',
      title: text.figures.bouncing,
      caption: text.figures.bouncingCaption,
      names: namesOf(CANYON),
      panels: [
        {
          kind: 'curves',
          title: text.figures.lossStands,
          x: updates,
          y: { label: text.figures.loss },
          rows: rows(runs, CANYON, ({ loss }) => loss),
          references: [{ axis: 'y', value: canyonRate / 2 - 1, label: text.figures.orbitLoss }],
        },
        {
          kind: 'curves',
          title: text.figures.slopeStays,
          x: updates,
          y: { label: text.figures.slope },
          rows: rows(runs, CANYON, ({ slope }) => slope),
          references: [
            { axis: 'y', value: Math.sqrt(1 - 4 / canyonRate ** 2), label: text.figures.orbitSlope },
          ],
        },
      ],
    }),
    scatter({
      id: 'valley',
      title: text.figures.valley,
      caption: text.figures.valleyCaption,
      x: {
        label: text.figures.angle,
        categories: ANGLES.map((angle) => ({ en: `${angle}°`, zh: `${angle}°` })),
      },
      y: { label: text.figures.nearest, scale: 'log' },
      rows: rows(runs, SURFACES, ({ nearest = [] }) => ({
        steps: nearest.map((_, i) => i),
        values: nearest,
      })),
      names: namesOf(SURFACES),
    }),
    surface({
      id: 'plateau',
      title: text.figures.plateau,
      caption: text.figures.plateauCaption,
      x: { label: text.figures.flat },
      y: { label: text.figures.steep },
      z: { label: text.figures.loss },
      over: { x: [-16, 1], y: [-0.16, 0.16] },
      of: (a, b) => (1e-4 * a * a + b * b) / 2,
      names: namesOf(balls),
      paths: paths.flatMap(({ arm, value = [] }) => value.map(([x, y]) => ({ series: arm, x, y }))),
      animation: { seconds: 12 },
    }),
    multiples({
      id: 'explosion',
      title: text.figures.explosion,
      caption: text.figures.explosionCaption,
      names: namesOf(PLATEAU),
      panels: [
        {
          kind: 'curves',
          title: text.figures.fliesOff,
          x: updates,
          y: { label: text.figures.height, scale: 'log', domain: [1e-20, 10] },
          rows: few(alongPlateau((b) => Math.abs(b))),
        },
        {
          kind: 'curves',
          title: text.figures.rateGrows,
          x: updates,
          y: { label: text.figures.ownRate, scale: 'log' },
          rows: few(alongPlateau((b, next) => 1 - next / b)),
          references: [{ axis: 'y', value: 2, label: text.figures.stable }],
        },
      ],
    }),
    ...netFigures(runs),
  ];
}
