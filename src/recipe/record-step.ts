/** One update of a training in every detail, as its PyTorch twin records it too: what tells where two sides part. */
import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset.ts';
import type { StoredTensor } from '../formats/safetensors.ts';
import { layerPaths } from '../layers/paths.ts';
import { stepKey } from '../layers/step-random.ts';
import type { Rng } from '../random/rng.ts';
import { batchOf } from '../training/batch-data.ts';
import { clearTape } from '../training/clear-tape.ts';
import { Snapshot } from '../training/stateful.ts';
import { meanGradients } from '../training/step.ts';
import { trainableModel } from '../training/trainable-model.ts';
import type { Objective } from '../training/trainable-objective.ts';
import { gradientStateDict, toStateDict } from '../weights/state-dict.ts';
import type { ContextTrainOptions } from './run-context.ts';

/** Tensors `detail/<stage>/<name>`: see `compare/locate.ts`. */
export type StepDetail = Map<string, StoredTensor>;

export interface StepPlace {
  /** The update, counted by the optimizer. */
  readonly step: number;
  /** Of the training's steps. */
  readonly rng: Rng;
  /** The rows of the batch. */
  readonly rows: Int32Array;
}

/** The batch, the weights, each layer's output, the loss and the gradients of an update, before it is made; changes nothing. */
export function recordStep(
  { model, loss, optimizer }: Pick<ContextTrainOptions, 'model' | 'loss' | 'optimizer'>,
  data: Dataset,
  { step, rng, rows }: StepPlace,
): StepDetail {
  const trainable = trainableModel(model, loss);
  const before = new Snapshot([trainable]);
  const detail: StepDetail = new Map(prefixed('before', toStateDict(model)));
  const modules = new Set([...detail.keys()].map((key) => key.slice('detail/before/'.length).split('.')[0]));
  const release = watchLayers(model, (path, output) => {
    const key = `detail/forward/${path}`;
    if (modules.has(path) && !detail.has(key)) detail.set(key, output);
  });
  try {
    clearTape(() =>
      tf.tidy(() => {
        const batch = batchOf(data, rows);
        for (const input of batch.inputs) detail.set('detail/inputs/', stored(input));
        detail.set('detail/targets/', stored(batch.targets.toFloat()));
        const random = trainable.beginStep(stepKey(rng, step));
        const found = meanGradients(trainable, trainable.parameters(), [batch], random);
        detail.set('detail/loss/', stored(found.loss.reshape([1])));
        const rate = Float64Array.of(optimizer.rateAt(step));
        detail.set('detail/learningRate/', { shape: [1], values: rate });
        const gradients = new Map(
          [...trainable.parameters()].flatMap(([path, variable]) => {
            const gradient = found.gradients.get(path);
            return gradient === undefined ? [] : [[variable, gradient.dataSync()] as const];
          }),
        );
        for (const [key, gradient] of prefixed('gradient', gradientStateDict(model, gradients)))
          detail.set(key, gradient);
      }),
    );
    return detail;
  } finally {
    release();
    before.restore();
    before.dispose();
  }
}

/** What the update added to each weight, given the detail from before it. */
export function recordUpdate(model: tf.LayersModel, detail: StepDetail): void {
  for (const [name, { shape, values }] of toStateDict(model)) {
    const before = detail.get(`detail/before/${name}`)?.values;
    const change = Float32Array.from(values, (value, index) => value - (before?.[index] ?? Number.NaN));
    detail.set(`detail/update/${name}`, { shape, values: change });
  }
}

/** The same of a minimization, between two points of its path; `key` gives what the objective draws from. */
export function recordMinimizationStep(
  objective: Objective,
  key: () => tf.Tensor1D,
  [before, after]: readonly [readonly number[], readonly number[]],
): StepDetail {
  const detail: StepDetail = new Map([['detail/before/parameters', floats(before)]]);
  tf.tidy(() => {
    const draws = key();
    const { value, grad } = tf.valueAndGrad((at: tf.Tensor) => objective(at.as1D(), draws).asScalar())(
      tf.tensor1d([...before]),
    );
    detail.set('detail/loss/', stored(value.reshape([1])));
    detail.set('detail/gradient/parameters', stored(grad));
  });
  const change = after.map((value, index) => value - (before[index] ?? Number.NaN));
  return detail.set('detail/update/parameters', floats(change));
}

const floats = (values: readonly number[]): StoredTensor => ({
  shape: [values.length],
  values: Float32Array.from(values),
});

const stored = (tensor: tf.Tensor): StoredTensor => ({
  shape: tensor.shape,
  values: Float32Array.from(tensor.dataSync()),
});

function* prefixed(
  stage: string,
  entries: ReadonlyMap<string, StoredTensor>,
): Generator<[string, StoredTensor]> {
  for (const [name, entry] of entries) yield [`detail/${stage}/${name}`, entry];
}

/** Tells of what each layer with weights gives, until the returned function is called. */
function watchLayers(model: tf.LayersModel, tell: (path: string, output: StoredTensor) => void): () => void {
  const watched = [...layerPaths(model)]
    .filter(([layer]) => layer.weights.length > 0)
    .map(([layer, path]) => ({ layer, path, own: Object.getOwnPropertyDescriptor(layer, 'call') }));
  for (const { layer, path } of watched) {
    const call = layer.call.bind(layer);
    layer.call = (inputs, options) => {
      const output = call(inputs, options);
      if (output instanceof tf.Tensor) tell(path, stored(output));
      return output;
    };
  }
  return () => {
    for (const { layer, own } of watched) {
      if (own) Object.defineProperty(layer, 'call', own);
      else Reflect.deleteProperty(layer, 'call');
    }
  };
}
