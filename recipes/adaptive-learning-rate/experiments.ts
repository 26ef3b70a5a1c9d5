/** What the arms of `adaptive-learning-rate` do: three surfaces and a deep net. */
import * as tf from '@tensorflow/tfjs';
import {
  accuracy,
  adagrad,
  adam,
  conditionalWarmup,
  crossEntropy,
  initialize,
  type LearningRate,
  loadDigits,
  mean,
  multiStepDecay,
  type Optimizer,
  radam,
  type Recipe,
  rmsProp,
  type Rng,
  sgd,
  standardise,
  xavierUniformWeights,
} from 'tfjs-recipes';
import { ANGLES, BALLS, canyon, canyonSlope, inValleys, plateau, valleys } from './surfaces.ts';

type Context = Pick<Parameters<Recipe['runArm']>[0], 'rng' | 'train' | 'minimize'>;

/** The lecture's optimizers by name. */
export const OPTIMIZERS = {
  gd: (learningRate) => sgd({ learningRate }),
  momentum: (learningRate) => sgd({ learningRate, momentum: 0.9 }),
  adagradMean: (learningRate) => adagrad({ learningRate, dialect: 'lecture' }),
  adagradSum: (learningRate) => adagrad({ learningRate }),
  rmsProp: (learningRate) => rmsProp({ learningRate, decay: 0.9, dialect: 'lecture' }),
  adam: (learningRate) => adam({ learningRate }),
  radam: (learningRate) => radam({ learningRate }),
} satisfies Record<string, (learningRate: LearningRate) => Optimizer>;
export type OptimizerName = keyof typeof OPTIMIZERS;

/** Down a canyon: 300 updates at one rate, 100 at a tenth of it. */
export async function bounce({ rng, minimize }: Context, rate: number) {
  const [a = 0] = rng.split('across').uniform(1, 0.3, 1);
  const [b = 0] = rng.split('along').uniform(1, 4, 6);
  const optimizer = sgd({ learningRate: multiStepDecay({ from: rate, milestones: [300] }) });
  const names = ['a', 'b'];
  const path = await minimize('canyon', { objective: canyon, start: [a, b], names, steps: 400, optimizer });
  const along = path.series('b').values;
  const slopes = path.series('a').values.map((across, t) => canyonSlope(across, along[t] ?? Number.NaN));
  const every4th = path.series('loss').steps.filter((step) => step % 4 === 0);
  const seen = (values: readonly number[]) => ({
    steps: every4th,
    values: every4th.map((step) => values[step] ?? Number.NaN),
  });
  return {
    slopeWhenStuck: slopes[300] ?? Number.NaN,
    lossWhenStuck: path.series('loss').values[300] ?? Number.NaN,
    lossAtLast: path.last('loss'),
    slope: seen(slopes),
    loss: seen(path.series('loss').values),
  };
}

/** Along a narrow valley at several angles: how near each one has come, as a share of the way, at least 1e-6. */
export async function crossValleys({ rng, minimize }: Context, name: OptimizerName, rate: number) {
  const [across = 0, along = 0] = rng.split('valley').uniform(2, 0.5, 1.5);
  const start = inValleys(across, along);
  const optimizer = OPTIMIZERS[name](rate);
  const path = await minimize('valleys', { objective: valleys, start, steps: 500, optimizer });
  const nearest = ANGLES.map((_angle, i) => {
    const y = path.series(`x${i + ANGLES.length}`).values;
    const distances = path.series(`x${i}`).values.map((x, t) => Math.hypot(x, y[t] ?? Number.NaN));
    return Math.max(1e-6, Math.min(...distances) / Math.hypot(across, along));
  });
  return { nearest, straight: nearest[0] ?? Number.NaN, turned: nearest.at(-1) ?? Number.NaN };
}

/** A ball nearer than this to the valley floor has come to rest; one farther off than the other has flown off. */
const [AT_REST, FLOWN_OFF] = [1e-6, 0.01];

/** Whether a ball rises again, from update 50 on, after it had come to rest. */
function risesAfterRest(heights: readonly number[]): boolean {
  const rest = heights.findIndex((b) => Math.abs(b) < AT_REST);
  return rest >= 0 && heights.slice(Math.max(rest, 50)).some((b) => Math.abs(b) > FLOWN_OFF);
}

/** Over a long plateau beside a steep side: the share of balls that fly up it after they had come to rest. */
export async function crossPlateau({ rng, minimize }: Context, name: OptimizerName) {
  const start = [
    ...rng.split('flat').uniform(BALLS, -15, -5),
    ...rng.split('steep').uniform(BALLS, 0.06, 0.09),
  ];
  const optimizer = OPTIMIZERS[name](0.03);
  const path = await minimize('plateau', { objective: plateau, start, steps: 400, optimizer });
  const flat = path.series('x0').values;
  const steep = Array.from({ length: BALLS }, (_, ball) => path.series(`x${BALLS + ball}`).values);
  return {
    explosions: mean(steep.map((b) => (risesAfterRest(b) ? 1 : 0))),
    plateauLeft: (flat.at(-1) ?? Number.NaN) / (flat[0] ?? Number.NaN),
    plateauPath: (steep[0] ?? []).slice(0, 160).map((b, t) => [fiveDigits(flat[t]), fiveDigits(b)] as const),
  };
}

const fiveDigits = (value = Number.NaN): number => Number(value.toPrecision(5));

interface NetArm {
  readonly optimizer: OptimizerName;
  /** The rate until the validation accuracy passes 80 %, and from then on. */
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

/** A residual net of 34 layers without norms reads digits: whether it ends below the loss of guessing. */
export async function trainDeepNet({ rng, train }: Context, arm: NetArm) {
  const { from, to, steps } = arm;
  const data = standardise((await loadDigits()).split({ validation: 0.1, test: 0.2 }, rng.split('split')));
  const model = residualNet(rng.split('start'));
  const warmup = { monitor: 'validation/accuracy', above: 0.8 };
  const history = await train('deep net', {
    model,
    data,
    loss: crossEntropy(),
    optimizer: OPTIMIZERS[arm.optimizer](from < to ? conditionalWarmup({ from, to, ...warmup }) : to),
    batchSize: 32,
    steps,
    metrics: [accuracy()],
  });
  model.dispose();
  const { steps: updates, values } = history.series('train/loss');
  const drawn = updates.flatMap((_step, i) => (i < 10 || i % 5 === 0 ? [i] : []));
  return {
    trained: history.outcome.kind === 'completed' && history.last('validation/loss') < Math.log(10) ? 1 : 0,
    updates: history.steps,
    netLoss: { steps: drawn, values: drawn.map((i) => fiveDigits(values[i])) },
  };
}

/** 64 inputs, 16 blocks h ← h + W′ max(0, W h + b) + b′ of 16 units, 10 logits. */
function residualNet(rng: Rng): tf.LayersModel {
  const inputs = tf.input({ shape: [64] });
  let h = dense(inputs, 16);
  for (let block = 0; block < 16; block++)
    h = tf.layers.add().apply([h, dense(dense(h, 16, 'relu'), 16)]) as tf.SymbolicTensor;
  const model = tf.model({ inputs, outputs: dense(h, 10) });
  initialize(model, xavierUniformWeights, rng);
  return model;
}

const dense = (from: tf.SymbolicTensor, units: number, activation: 'relu' | 'linear' = 'linear') =>
  tf.layers.dense({ units, activation }).apply(from) as tf.SymbolicTensor;
