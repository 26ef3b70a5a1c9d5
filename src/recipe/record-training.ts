/** A training as plain numbers for its PyTorch twin: where it starts, in which order it learns, and what it came to. */
import * as tf from '@tensorflow/tfjs';
import type { Safetensors, StoredTensor } from '../formats/safetensors.ts';
import { stepKey } from '../layers/step-random.ts';
import type { History } from '../result/history.ts';
import { toStateDict } from '../weights/state-dict.ts';
import { orderOf, partOf, partsOf, rowsOf, trainingRows } from './record-rows.ts';
import { recordMinimizationStep, recordStep, recordUpdate, type StepDetail } from './record-step.ts';
import type { BeginningTraining, TrainingWatch } from './run-context.ts';

/** All weights are kept after these updates, and after the last, unless others are asked for. */
export const SNAPSHOTS = [1, 2, 5, 10, 20, 50, 100, 200, 400] as const;

/** How far rounding may carry the two sides apart (design.md 6): functions of few numbers, smooth nets, nets with kinks. */
export type TrainingKind = 'function' | 'smooth' | 'kinked';

/** One training, recorded. */
export interface RecordedTraining {
  readonly name: string;
  readonly kind: TrainingKind;
  /** `weight/<name>` as PyTorch has them, data, `order` and `offsets` of the batches; or `start` of a minimization. */
  readonly start: Safetensors;
  /** `loss` and `learningRate` of each update, `after/<updates>/<name>`. */
  readonly trace: Safetensors;
  /** What the updates took, without validation, callbacks and checkpoints. */
  readonly seconds: number;
}

export interface RecordOptions {
  /** Every starting weight is multiplied by 1 ± this, by turns: shows how far rounding alone goes. @default 0 */
  readonly perturbation?: number;
  /** After how many updates all weights are kept. @default SNAPSHOTS */
  readonly snapshots?: readonly number[];
  /** The update, from 0, that is recorded in every detail: see `recordStep`. @default none */
  readonly detail?: number;
}

type Keep = (recorded: RecordedTraining) => void | Promise<void>;

/** Watches a training and gives what it recorded to `keep` when it ends. Throws an OptionError for what a twin cannot follow. */
export function recordTraining(
  training: BeginningTraining,
  keep: Keep,
  options: RecordOptions = {},
): TrainingWatch {
  return training.kind === 'train'
    ? watchTraining(training, keep, options)
    : watchMinimization(training, keep, options);
}

function watchTraining(
  { name, options, rng }: BeginningTraining & { kind: 'train' },
  keep: Keep,
  { perturbation = 0, snapshots = SNAPSHOTS, detail: detailed }: RecordOptions,
): TrainingWatch {
  const { model } = options;
  const data = trainingRows(name, options);
  if (perturbation !== 0) perturb(model, perturbation);
  const weights = [...toStateDict(model)].map(([key, value]) => [`weight/${key}`, value] as const);
  const after = new Map<string, StoredTensor>();
  const rows = rowsOf(data, options, rng);
  const made: Int32Array[] = [];
  let detail: StepDetail = new Map();
  const keepWeights = (): void => {
    for (const [key, value] of toStateDict(model)) after.set(`after/${made.length}/${key}`, value);
  };
  return {
    callbacks: [
      {
        onBatchBegin(step) {
          made.push(rows.next().value);
          if (made.length - 1 !== detailed) return;
          detail = recordStep(options, data, {
            step,
            rng: rng.split('steps'),
            rows: made.at(-1) ?? new Int32Array(),
          });
        },
        onBatchEnd() {
          if (snapshots.includes(made.length)) keepWeights();
          if (made.length - 1 === detailed) recordUpdate(model, detail);
        },
      },
    ],
    async end(history) {
      made.splice(history.steps); // without the one that was not finite
      keepWeights();
      const { totalSeconds, evaluationSeconds, callbackSeconds, checkpointSeconds } = history.timings;
      await keep({
        name,
        kind: hasKinks(model) ? 'kinked' : 'smooth',
        start: {
          tensors: new Map([...weights, ...partsOf(options), ...orderOf(made)]),
          metadata: { updates: String(made.length), snapshots: JSON.stringify(snapshots) },
        },
        trace: {
          tensors: new Map([...seriesOf(history, 'train/loss'), ...after, ...detail]),
          metadata: { outcome: JSON.stringify(history.outcome) },
        },
        seconds: totalSeconds - evaluationSeconds - callbackSeconds - checkpointSeconds,
      });
    },
  };
}

function watchMinimization(
  { name, options, rng }: BeginningTraining & { kind: 'minimize' },
  keep: Keep,
  { perturbation = 0, snapshots = SNAPSHOTS, detail: detailed }: RecordOptions,
): TrainingWatch {
  const start = options.start.map((value, index) => nudge(value, index, perturbation));
  const firstStep = options.optimizer.step;
  return {
    start,
    async end(history) {
      const path = pathOf(history, start.length);
      const kept = [...new Set([...snapshots.filter((at) => at <= history.steps), history.steps])];
      const after = kept.flatMap((at): [string, StoredTensor][] => {
        const point = at === history.steps ? history.parameters : path?.[at];
        return point === undefined ? [] : [[`after/${at}/parameters`, floats(point)]];
      });
      const [before, then] = detailed === undefined ? [] : [path?.[detailed], path?.[detailed + 1]];
      const key = (): tf.Tensor1D => stepKey(rng.split('steps'), firstStep + (detailed ?? 0));
      const detail: StepDetail =
        before && then ? recordMinimizationStep(options.objective, key, [before, then]) : new Map();
      const rate = options.optimizer.rateAt(firstStep + (detailed ?? 0));
      if (detail.size > 0) detail.set('detail/learningRate/', { shape: [1], values: Float64Array.of(rate) });
      await keep({
        name,
        kind: 'function',
        start: {
          tensors: new Map([
            ['start', floats(start)],
            ...(options.data ? partOf('train', options.data) : []),
          ]),
          metadata: { updates: String(history.steps), snapshots: JSON.stringify(snapshots) },
        },
        trace: {
          tensors: new Map([...seriesOf(history, 'loss'), ...after, ...detail]),
          metadata: { outcome: JSON.stringify(history.outcome) },
        },
        seconds: history.timings.totalSeconds,
      });
    },
  };
}

const floats = (values: ArrayLike<number>, shape: readonly number[] = [values.length]): StoredTensor => ({
  shape,
  values: Float32Array.from(values),
});

/** The loss at the parameters before each update that was made, and the rate of each. */
function seriesOf(history: History, loss: string): [string, StoredTensor][] {
  const found: [string, StoredTensor][] = [
    ['loss', floats(history.series(loss).values.slice(0, history.steps))],
  ];
  if (history.names.includes('learningRate')) {
    const rates = Float64Array.from(history.series('learningRate').values.slice(0, history.steps));
    found.unshift(['learningRate', { shape: [rates.length], values: rates }]);
  }
  return found;
}

/** The parameters after each number of updates; undefined where the history keeps only the last. */
function pathOf(history: History, size: number): number[][] | undefined {
  const names = history.names.filter((name) => name !== 'loss' && name !== 'learningRate');
  if (names.length !== size) return undefined;
  const columns = names.map((name) => history.series(name).values);
  return Array.from({ length: history.steps + 1 }, (_, at) =>
    columns.map((column) => column[at] ?? Number.NaN),
  );
}

const KINKED = new Set(['relu', 'relu6', 'leaky_re_lu', 'hard_sigmoid', 'elu', 'selu', 'prelu']);

/** Whether rounding can choose another branch: activations with a corner, pooling by the largest. */
function hasKinks(model: tf.LayersModel): boolean {
  return model.layers.some((layer) => {
    if (layer instanceof tf.LayersModel) return hasKinks(layer);
    const { activation } = layer.getConfig();
    const named = typeof activation === 'string' && KINKED.has(activation);
    return named || /relu|maxpool/i.test(layer.getClassName());
  });
}

function perturb(model: tf.LayersModel, perturbation: number): void {
  const changed = model.getWeights().map((weight) => {
    const values = weight.dataSync().map((value, index) => nudge(value, index, perturbation));
    return tf.tensor(values, weight.shape);
  });
  model.setWeights(changed);
  tf.dispose(changed);
}

const nudge = (value: number, index: number, perturbation: number): number =>
  value * (index % 2 === 0 ? 1 + perturbation : 1 - perturbation);
