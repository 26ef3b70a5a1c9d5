/** Momentum: past a bump, over a plateau, down a narrow valley, and in a net (Lee, ML 2021, lecture 2.5). */
import { crossEntropy, defineRecipe, evaluate, type Objective, sgd } from 'tfjs-recipes';
import { z } from 'zod';
import { claims } from './claims.ts';
import { equations } from './equations.ts';
import { figures } from './figures.ts';
import * as land from './landscapes.ts';
import type { Outcome } from './outcome.ts';
import { text } from './text.ts';

/** κ of the bowls, as far as the option `narrowest` allows. */
const CONDITIONS = [10, 30, 100, 300, 1000, 3000, 10_000];

const schema = z.object({
  momentum: z.number().min(0.1).lt(1).default(0.9).describe('λ, the share of a movement that is kept'),
  learningRate: z.number().positive().max(0.3).default(0.05).describe('η at bump and plateau, per step'),
  balls: z.int().min(2).max(10_000).default(30).describe('balls rolled at each bump and over the plateau'),
  narrowest: z.int().min(30).max(10_000).default(1000).describe('largest condition number κ of the bowls'),
  updates: z.int().min(10).max(10_000).default(150).describe('updates of the net with the full batch'),
  smallUpdates: z.int().min(10).max(100_000).default(400).describe('updates of the net with batches of 10'),
});

export const momentum = defineRecipe<typeof schema, keyof typeof text.arms, land.Arm, Outcome>({
  id: 'momentum',
  lecture: '2.5',
  text,
  options: schema,
  quick: { narrowest: 100, updates: 100 },
  arms: ({ momentum: share }) => ({
    plain: { rule: 'gradient descent', momentum: 0, boost: 1, netRates: [1, 1] },
    tenfold: {
      rule: 'larger rate',
      momentum: 0,
      boost: 1 / (1 - share),
      netRates: [0.3, 0.1],
      smallStart: 'another',
    },
    momentum: { rule: 'heavy ball', momentum: share, boost: 1, netRates: [0.3, 0.1] },
    nesterov: { rule: 'nesterov', momentum: share, boost: 1, netRates: [0.3, 0.1] },
  }),
  seeds: { full: 10, quick: 2 },

  async runArm({ options, arm, rng, train, minimize }) {
    const optimizer = (learningRate: number, share: number = arm.momentum) =>
      sgd({ learningRate, momentum: share, nesterov: arm.rule === 'nesterov' });
    const roll = (name: string, objective: Objective, start: number[], steps: number, best?: land.Best) => {
      const { learningRate = options.learningRate * arm.boost, momentum: share } = best ?? {};
      const names = start.map((_, index) => `x${index}`);
      return minimize(name, { objective, start, names, steps, optimizer: optimizer(learningRate, share) });
    };
    const balls = [...rng.split('balls').uniform(options.balls, 4, 6)];
    const everywhere = land.HEIGHTS.flatMap(() => balls);
    const bump = await roll('bump', land.bump, everywhere, 1000);
    const plateau = await roll('plateau', land.plateau, balls, 200);
    const scattered = [land.CYCLES_FROM, ...rng.split('bent bowl').uniform(200, -5, 5)];
    const bent = await roll('bent bowl', land.bentBowl, scattered, 200, land.bestFor(arm.rule, 25, 1));

    const corner = rng.split('bowl');
    const point = [...corner.uniform(1, 2, 3), ...corner.uniform(1, 0.5, 1)];
    const bowls = [];
    for (const condition of CONDITIONS.filter((each) => each <= options.narrowest)) {
      const steps = 60 + (arm.momentum > 0 ? 20 * Math.ceil(Math.sqrt(condition)) : 8 * condition);
      const best = land.bestFor(arm.rule, 1, 1 / condition);
      const path = land.pathOf(await roll(`bowl ${condition}`, land.bowl(condition), point, steps, best));
      bowls.push({ condition, updates: land.updatesNeeded(path), path: path.slice(0, 41) });
    }

    const data = await land.someDigits(rng.split('split'));
    const fit = async (name: string, batchSize: number, steps: number, rate: number, start = 'start') => {
      const model = land.digitsNet(rng.split(start));
      const loss = crossEntropy();
      const history = await train(name, { model, data, loss, optimizer: optimizer(rate), batchSize, steps });
      const end = await evaluate(model, data, { loss });
      model.dispose();
      return { loss: end.loss, series: history.series('train/loss') };
    };
    const full = await fit('full batch', land.IMAGES, options.updates, arm.netRates[0] * arm.boost);
    const small = await fit(
      'small batch',
      10,
      options.smallUpdates,
      arm.netRates[1] * arm.boost,
      arm.smallStart,
    );

    const ball = bump.series(`x${land.LOW * balls.length}`).values.slice(0, 121);
    return {
      passed: land.sharesThatPass(bump.parameters),
      arrived: land.shareNear(plateau.parameters, land.VALLEY.radius / 2),
      settled: land.shareNear(bent.parameters.slice(1), 1e-3),
      exponent: land.exponentOf(bowls),
      unlikeTheSum: land.unlikeTheSum(ball, options.learningRate, options.momentum),
      fullBatchLoss: full.loss,
      smallBatchLoss: small.loss,
      ball,
      overPlateau: plateau.series('x0').values,
      cycle: bent.series('x0').values.slice(0, 61),
      bowls,
      learning: full.series,
    };
  },

  claims,
  equations,
  figures,
});
