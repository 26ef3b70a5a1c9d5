/** The figures of `momentum`. */
import { curves, type Figure, multiples } from 'tfjs-recipes';
import { ARMS, firstSeed, type MomentumRuns, net, rates, valley } from './figures-speed.ts';
import { BUMP, bumpSlope, HEIGHTS, LOW, pushes, VALLEY } from './landscapes.ts';
import { text } from './text.ts';

const words = text.figures;

export const figures = (
  runs: MomentumRuns,
  options: { readonly learningRate: number; readonly momentum: number },
): Figure[] => [terrain(runs), gradientsInAMovement(runs, options), valley(runs), rates(runs), net(runs)];

function terrain(runs: MomentumRuns): Figure {
  return multiples({
    id: 'terrain',
    title: words.terrain,
    caption: words.terrainCaption,
    names: text.arms,
    panels: [
      {
        kind: 'curves',
        title: words.ball,
        x: { label: words.updates },
        y: { label: words.place },
        rows: firstSeed(runs, 'ball', ARMS),
        references: [{ axis: 'y', value: BUMP.at, label: words.bumpTop }],
      },
      {
        kind: 'curves',
        title: words.passed,
        x: { label: words.height },
        y: { label: words.share, domain: [0, 1] },
        rows: runs
          .byArm('passed', ARMS)
          .flatMap(({ arm, seed, value }) =>
            value.map((y, index) => ({ series: arm, group: seed, x: HEIGHTS[index] ?? Number.NaN, y })),
          ),
      },
      {
        kind: 'curves',
        title: words.plateau,
        x: { label: words.updates },
        y: { label: words.place, domain: [-0.2, 1] },
        rows: firstSeed(runs, 'overPlateau', ARMS),
        references: [{ axis: 'y', value: VALLEY.radius, label: words.valleyEdge }],
      },
    ],
  });
}

/** The movement with which the first ball stands highest on the bump, taken apart. */
function gradientsInAMovement(
  runs: MomentumRuns,
  options: { readonly learningRate: number; readonly momentum: number },
): Figure {
  const ball = runs.of('momentum')[0]?.ball ?? [];
  const top = ball.findIndex((x) => x < BUMP.at);
  const gradients = ball.slice(0, top).map((x) => bumpSlope(x, HEIGHTS[LOW]));
  const parts = {
    momentum: pushes(gradients, options.learningRate, options.momentum),
    plain: gradients.map((g) => -options.learningRate * g),
  };
  return curves({
    id: 'gradients-in-a-movement',
    title: words.sum,
    caption: words.sumCaption,
    x: { label: words.gradientOf },
    y: { label: words.push },
    rows: (['plain', 'momentum'] as const).flatMap((series) =>
      parts[series].map((y, x) => ({ series, x, y })).slice(-40),
    ),
    names: words.parts,
    references: [{ axis: 'y', value: 0, label: words.noPush }],
  });
}
