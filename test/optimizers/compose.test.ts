/** The lecture's decomposition: each named optimizer as schedule × magnitude × direction follows PyTorch's trajectory. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { composeOptimizer } from '../../src/optimizers/compose-optimizer.ts';
import {
  type Direction,
  exponentialAverage,
  gradientDirection,
  momentumSum,
} from '../../src/optimizers/direction.ts';
import {
  type Magnitude,
  noMagnitude,
  rectifiedRootMeanSquare,
  rootMeanSquare,
  rootSumOfSquares,
} from '../../src/optimizers/magnitude.ts';
import { withoutLeak } from '../no-leak.ts';
import { GOLDEN_FUNCTIONS } from '../tolerances.ts';
import { distance, golden, type GoldenRun, rateOf } from './golden.ts';
import { functionPath } from './golden-functions.ts';
import type { OptimizerName } from './optimizer-makers.ts';

/** The named optimizers that are of the form, as the table in `composeOptimizer` says. */
const NAMED: readonly (readonly [OptimizerName, object, Magnitude, Direction])[] = [
  ['sgd', {}, noMagnitude(), gradientDirection()],
  ['sgd', { momentum: 0.9 }, noMagnitude(), momentumSum({ decay: 0.9 })],
  ['sgd', { momentum: 0.9, nesterov: true }, noMagnitude(), momentumSum({ decay: 0.9, nesterov: true })],
  ['adagrad', {}, rootSumOfSquares(), gradientDirection()],
  ['adagrad', { epsilon: 0.001 }, rootSumOfSquares({ epsilon: 1e-3 }), gradientDirection()],
  ['rmsProp', {}, rootMeanSquare({ decay: 0.99, biasCorrection: false }), gradientDirection()],
  [
    'rmsProp',
    { epsilon: 0.001 },
    rootMeanSquare({ decay: 0.99, biasCorrection: false, epsilon: 1e-3 }),
    gradientDirection(),
  ],
  ['adam', {}, rootMeanSquare(), exponentialAverage()],
  ['adam', { beta1: 0.5 }, rootMeanSquare(), exponentialAverage({ decay: 0.5 })],
  ['adam', { beta1: 0 }, rootMeanSquare(), gradientDirection()],
  ['adam', { amsgrad: true }, rootMeanSquare({ largest: true }), exponentialAverage()],
  ['radam', {}, rectifiedRootMeanSquare(), exponentialAverage()],
  [
    'radam',
    { beta1: 0.8, beta2: 0.99 },
    rectifiedRootMeanSquare({ decay: 0.99 }),
    exponentialAverage({ decay: 0.8 }),
  ],
];

function runOf(optimizer: OptimizerName, options: object): GoldenRun {
  const wanted = JSON.stringify(options);
  const run = golden.runs.find(
    (one) =>
      one.optimizer === optimizer &&
      JSON.stringify(one.options) === wanted &&
      one.schedule === undefined &&
      one.clip === undefined &&
      one.average === undefined,
  );
  if (run === undefined) throw new Error(`the reference has no ${optimizer} ${wanted}`);
  return run;
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  test.each(NAMED)('%s %j', (name, options, magnitude, direction) => {
    const run = runOf(name, options);
    const composed = composeOptimizer({ learningRate: rateOf(run, 'functions'), magnitude, direction });
    const found = { losses: [], values: functionPath(run, 100, composed) };
    const reference = { losses: [], values: run.functions.values };
    expect(distance(found, reference, 100).weights).toBeLessThanOrEqual(GOLDEN_FUNCTIONS);
  });
});

const MAGNITUDES = [
  noMagnitude(),
  rootSumOfSquares(),
  rootMeanSquare(),
  rootMeanSquare({ largest: true }),
  rectifiedRootMeanSquare(),
];
const DIRECTIONS = [
  gradientDirection(),
  momentumSum(),
  momentumSum({ nesterov: true }),
  exponentialAverage(),
  exponentialAverage({ biasCorrection: false }),
];

test('any mixture runs, with a schedule and weight decay, and leaves nothing behind', async () => {
  await useBackend('cpu');
  await withoutLeak(() => {
    for (const magnitude of MAGNITUDES) {
      for (const direction of DIRECTIONS) {
        const optimizer = composeOptimizer({
          learningRate: (step) => 0.1 / (step + 1),
          weightDecay: 0.01,
          magnitude,
          direction,
        });
        const w = tf.tidy(() => tf.variable(tf.tensor1d([1, -2])));
        for (let step = 0; step < 3; step++) tf.tidy(() => optimizer.applyGradients({ [w.name]: w.mul(2) }));
        const after = [...w.dataSync()];
        expect([optimizer.rule.name, after.every(Number.isFinite), after[0] !== 1]).toEqual([
          optimizer.rule.name,
          true,
          true,
        ]);
        optimizer.dispose();
        w.dispose();
      }
    }
  });
});

test('refuses what is not a part, and wrong options of parts', () => {
  const direction = gradientDirection();
  expect(() => composeOptimizer({ magnitude: direction as never, direction })).toThrow(
    'magnitude must be a magnitude, such as rootMeanSquare()',
  );
  expect(() => composeOptimizer({ magnitude: noMagnitude() } as never)).toThrow(
    'direction must be a direction, such as exponentialAverage()',
  );
  expect(() => rootMeanSquare({ decay: 1 })).toThrow('rootMeanSquare: decay must be < 1, received 1');
  expect(() => exponentialAverage({ beta: 0.9 } as never)).toThrow('beta is not an option, received 0.9');
});
