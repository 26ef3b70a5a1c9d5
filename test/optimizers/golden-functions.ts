/** The goldens on functions of two numbers: gradients in float32 on the host, as the generator takes them, and a wrong or right update. */
import * as tf from '@tensorflow/tfjs';
import { clipByGlobalNorm } from '../../src/optimizers/clip.ts';
import { WeightAverage } from '../../src/training/weight-average.ts';
import { golden, type GoldenRun, rateOf, type Snapshots, stored } from './golden.ts';
import { optimizerFor } from './optimizer-makers.ts';

const f = Math.fround;

/** Rows: a parabola, Rosenbrock's function, a bowl 100 times as steep in y, and a parabola with tiny gradients. */
export function functionGradient(values: ArrayLike<number>): Float32Array {
  const [x0 = 0, y0 = 0, x = 0, y = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] = Array.from(values);
  const d = f(y - f(x * x));
  const rosenbrock = [f(f(-2 * f(1 - x)) - f(f(400 * x) * d)), f(200 * d)];
  return Float32Array.from([x0, y0, ...rosenbrock, x2, 100 * y2, f(1e-5) * x3, f(1e-5) * y3]);
}

/** What has the `applyGradients` of tfjs: ours, and the wrong ones that a test makes up. */
export type Updates = Pick<tf.Optimizer, 'applyGradients' | 'dispose'>;

/** Follows the functions for `steps` updates; `updates` stands in for the run's own optimizer. */
export function functionPath(
  run: GoldenRun,
  steps: number,
  updates: Updates = optimizerFor(run.optimizer, { ...run.options, learningRate: rateOf(run, 'functions') }),
): Snapshots {
  const { start } = golden.problems.functions;
  const w = tf.tidy(() => tf.variable(stored(start.parameters)));
  const clip = run.clip === undefined ? undefined : clipByGlobalNorm({ maxNorm: run.clip });
  const parameters = new Map([['parameters', w]]);
  const average = run.average === undefined ? undefined : new WeightAverage(parameters, run.average, 0);
  const shown = average?.tensors().get('average/parameters') ?? w;
  const values: Record<string, readonly number[]> = {};
  for (let step = 1; step <= steps; step++) {
    tf.tidy(() => {
      const gradient = { [w.name]: tf.tensor(functionGradient(w.dataSync()), w.shape) };
      updates.applyGradients(clip?.apply(gradient) ?? gradient);
      const [share = 1] = average?.scalarsAt(step - 1) ?? [];
      average?.afterUpdate(parameters, { share: tf.scalar(share) });
    });
    if (String(step) in run.functions.values) values[step] = [...shown.dataSync()];
  }
  average?.dispose();
  updates.dispose();
  w.dispose();
  return values;
}
