/** The slide's surface: two of three logits, one loss or the other, and the way out of the corner. */
import * as tf from '@tensorflow/tfjs';
import { adam, crossEntropy, type Objective, type RunContext, sgd } from 'tfjs-recipes';
import type { CornerArm, Outcome } from './arms.ts';

type Context = Pick<RunContext<{ readonly cornerSteps: number }, unknown>, 'options' | 'rng' | 'minimize'>;

/** The slide: y₃ = −1000, the first class is right, y₁ and y₂ begin where the second is nearly certain. */
export async function leaveTheCorner({ options, rng, minimize }: Context, arm: CornerArm): Promise<Outcome> {
  const [y1 = 0] = rng.split('y1').uniform(1, -10, -9);
  const [y2 = 0] = rng.split('y2').uniform(1, 9, 10);
  const { rate: learningRate } = arm;
  const history = await minimize('corner', {
    objective: cornerLoss(arm.loss),
    start: [y1, y2],
    names: ['y1', 'y2'],
    optimizer: arm.optimizer === 'adam' ? adam({ learningRate }) : sgd({ learningRate }),
    steps: options.cornerSteps,
  });
  const second = history.series('y2').values;
  const path = history.series('y1').values.map((first, t) => [first, second[t] ?? Number.NaN] as const);
  const left = path.findIndex(([first, other]) => first > other);
  return { updates: left < 0 ? options.cornerSteps : left, path: path.slice(0, 31) };
}

function cornerLoss(loss: CornerArm['loss']): Objective {
  return (y) => {
    const logits = tf.concat([y, tf.tensor1d([-1000])]).reshape([1, 3]);
    if (loss === 'cross-entropy') return crossEntropy()(logits, tf.tensor1d([0], 'int32')).mean();
    return tf
      .softmax(logits)
      .sub(tf.tensor2d([[1, 0, 0]]))
      .square()
      .sum();
  };
}

/** The same at one point, in float64. */
export function cornerValue(loss: CornerArm['loss'], y1: number, y2: number): number {
  const p1 = 1 / (1 + Math.exp(y2 - y1));
  return loss === 'cross-entropy' ? Math.log1p(Math.exp(y2 - y1)) : 2 * (1 - p1) ** 2;
}
