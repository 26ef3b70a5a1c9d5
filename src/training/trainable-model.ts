/** A `tf.LayersModel` with a loss as something to train. */
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.ts';
import { infoOfVariable, parameterInfos, parameterPaths, trainablePaths } from '../layers/paths.ts';
import { type CallOptions, ModelRandom } from '../layers/step-random.ts';
import type { Loss } from '../losses/loss.ts';
import type { Trainable } from './trainable.ts';

/** Throws a ModelError when the model has several outputs, nothing to train, or a head that the loss does not expect. */
export function trainableModel(model: tf.LayersModel, loss: Loss): Trainable {
  checkModel(model);
  if (model.outputs.length !== 1) {
    throw new ModelError(
      `the model has ${model.outputs.length} outputs; train takes models with one, so split it or add the losses in a loop of your own`,
    );
  }
  refuseProbabilityHead(model, loss);
  const variables = parameterPaths(model);
  const parameters = trainablePaths(model);
  if (parameters.size === 0)
    throw new ModelError('the model has no trainable weights; unfreeze a layer (layer.trainable = true)');
  const outputs = model.outputs[0]?.shape.slice(1) ?? [];
  const infos = parameterInfos(model);
  const random = new ModelRandom(model);
  return {
    tensors: () => variables,
    parameters: () => parameters,
    describe: (parameter) => infos.get(parameter) ?? infoOfVariable(parameter),
    host: () => null,
    restoreHost: () => undefined,
    beginStep: (key) => random.begin(key),
    weightsOf: ({ targets, weights }) => {
      const ofLoss = loss.rowWeights?.(targets, outputs);
      return ofLoss === undefined ? weights : (weights?.mul(ofLoss) ?? ofLoss);
    },
    losses: ({ inputs, targets }, stepRandom) => ({
      perExample: loss(applyModel(model, inputs, { training: true, random: stepRandom }), targets),
      penalty: penaltyOf(model),
    }),
  };
}

/** For JavaScript: of what `loadModel` returns, the model is a part. */
export function checkModel(model: unknown): void {
  if (model instanceof tf.LayersModel) return;
  const hint =
    typeof model === 'object' && model !== null && 'model' in model ? '; give its field model' : '';
  throw new ModelError(`expected a tf.LayersModel${hint}`);
}

/** The model's one output. A fresh options object each time: tfjs writes into it. */
export function applyModel(
  model: tf.LayersModel,
  inputs: readonly tf.Tensor[],
  options: CallOptions,
): tf.Tensor {
  const output = model.apply(inputs.length === 1 && inputs[0] ? inputs[0] : [...inputs], { ...options });
  if (output instanceof tf.Tensor) return output;
  throw new ModelError('the model did not give one tensor');
}

/** The sum of the layers' regularizers; null when there are none. */
function penaltyOf(model: tf.LayersModel): tf.Scalar | null {
  const [first, ...others] = model.calculateLosses();
  return first === undefined ? null : others.reduce((sum, penalty) => sum.add(penalty), first).asScalar();
}

/** Throws a ModelError where the loss takes logits and the model gives probabilities. */
export function refuseProbabilityHead(model: tf.LayersModel, loss: Loss): void {
  const head = loss.expects === 'logits' ? probabilityHead(model) : undefined;
  if (head === undefined) return;
  throw new ModelError(
    `${loss.lossName} takes logits, and the model ends in a ${head.activation} (layer ${head.layer}); leave the ` +
      `activation of the last layer out, and apply tf.${head.activation} to its outputs where you want probabilities`,
  );
}

/** The softmax or sigmoid that makes the model's output, if one does: activation, Activation or Softmax layer, nested, wrapped. */
export function probabilityHead(layer: tf.layers.Layer): { activation: string; layer: string } | undefined {
  if (layer instanceof tf.LayersModel) {
    const last = layer.outputs[0]?.sourceLayer;
    return last === undefined ? undefined : probabilityHead(last);
  }
  const wrapped: unknown = Reflect.get(layer, 'layer');
  if (wrapped instanceof tf.layers.Layer) return probabilityHead(wrapped);
  const own: unknown = Reflect.get(layer, 'activation');
  const named = own instanceof tf.serialization.Serializable ? own.getClassName() : undefined;
  const activation = layer.getClassName() === 'Softmax' ? 'softmax' : named;
  if (activation === 'softmax' || activation === 'sigmoid') return { activation, layer: layer.name };
  // Reshape, Flatten, Dropout and their like leave probabilities what they are.
  const before = layer.weights.length === 0 ? layer.inboundNodes.at(-1)?.inboundLayers : undefined;
  return named === undefined && before?.length === 1 && before[0] ? probabilityHead(before[0]) : undefined;
}
