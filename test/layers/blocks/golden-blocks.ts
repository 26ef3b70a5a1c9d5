/** The cases of `test/reference/attention.json`, and how far a model is from one. */
import * as tf from '@tensorflow/tfjs';
import { crossEntropy } from '../../../src/losses/cross-entropy.ts';
import { parameterPaths, type ParameterPath, trainablePaths } from '../../../src/layers/paths.ts';
import { sgd } from '../../../src/optimizers/sgd.ts';
import { readReference } from '../../reference/read-reference.ts';
import { absoluteError, relativeError } from '../../tolerances.ts';

export interface Stored {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

type ByPath<Value> = Readonly<Record<ParameterPath, Value>>;

/** What PyTorch made of inputs; gradients are those of Σ direction · outputs. */
export interface GoldenCase<Options> {
  readonly options: Options;
  readonly inputs: readonly Stored[];
  readonly weights: ByPath<Stored>;
  readonly direction: Stored;
  readonly outputs: readonly number[];
  readonly inputGradients: readonly (readonly number[])[];
  readonly gradients: ByPath<readonly number[]>;
  /** Weights that the forward pass in training moved. */
  readonly after: ByPath<readonly number[]>;
}

export interface MaskedCase<Options> extends GoldenCase<Options> {
  readonly mask: readonly (readonly boolean[])[] | null;
}

export interface GoldenTraining<Options> {
  readonly options: Options;
  readonly kind: 'smooth' | 'kinked';
  readonly learningRate: number;
  readonly inputs: Stored;
  readonly labels: readonly number[];
  readonly start: ByPath<Stored>;
  readonly losses: readonly number[];
  readonly values: Readonly<Record<string, readonly number[]>>;
}

export interface EncoderOptions {
  readonly heads: number;
  readonly hidden: number;
  readonly norm: 'before' | 'after';
  readonly activation: 'relu' | 'gelu';
  readonly causal?: boolean;
  readonly epsilon?: number;
}

/** `filters` of images, `units` of vectors. */
export interface ResidualOptions {
  readonly filters?: number;
  readonly units?: number;
  readonly stride?: number;
  readonly norm?: 'none';
  readonly activation?: 'tanh' | 'gelu';
  readonly shortcut?: boolean;
}

export interface ResidualCase extends GoldenCase<ResidualOptions> {
  /** Outputs in evaluation mode, afterwards. */
  readonly evaluated: readonly number[];
}

interface AttentionOptions {
  readonly heads: number;
  readonly causal?: boolean;
}

export const golden = readReference('attention') as {
  readonly dotProduct: readonly MaskedCase<AttentionOptions>[];
  readonly multiHead: readonly MaskedCase<AttentionOptions>[];
  readonly encoder: readonly GoldenCase<EncoderOptions>[];
  readonly residual: readonly ResidualCase[];
  readonly classifiers: readonly GoldenTraining<Pick<EncoderOptions, 'norm' | 'activation'>>[];
  readonly resnet: GoldenTraining<object>;
};

export const stored = ({ values, shape }: Stored): tf.Tensor => tf.tensor([...values], [...shape]);

/** A symbolic input for such an array, of any batch. */
export const inputFor = ({ shape }: Stored): tf.SymbolicTensor => tf.input({ shape: shape.slice(1) });

/** Gives a model the weights of a case: exactly those that it has. */
export function setWeights(model: tf.LayersModel, weights: ByPath<Stored>): void {
  const variables = parameterPaths(model);
  const [has, wanted] = [[...variables.keys()].toSorted(), Object.keys(weights).toSorted()];
  if (has.join() !== wanted.join()) throw new Error(`the model has ${has.join()}, the case ${wanted.join()}`);
  for (const [path, variable] of variables) {
    const weight = weights[path];
    if (weight) tf.tidy(() => variable.assign(stored(weight)));
  }
}

/**
 * Relative errors, of the outputs in training, of all gradients of weights together, and of what the pass moved. Some
 * gradients are 0 but for rounding (a bias of keys), so each is measured by the largest of all.
 */
export function distanceOfWeights(
  model: tf.LayersModel,
  wanted: GoldenCase<unknown>,
): { outputs: number; gradients: number; after: number } {
  setWeights(model, wanted.weights);
  return tf.tidy(() => {
    const inputs = wanted.inputs.map(stored);
    const direction = stored(wanted.direction);
    const paths = [...trainablePaths(model)];
    let outputs: ArrayLike<number> = [];
    const { grads } = tf.variableGrads(
      () => {
        const output = apply(model, inputs);
        outputs = output.dataSync();
        return output.mul(direction).sum();
      },
      paths.map(([, variable]) => variable),
    );
    const gradients = paths.flatMap(([, { name }]) => [...(grads[name]?.dataSync() ?? [])]);
    const variables = parameterPaths(model);
    const moved = Object.keys(wanted.after).flatMap((path) => [...(variables.get(path)?.dataSync() ?? [])]);
    return {
      outputs: relativeError(outputs, wanted.outputs),
      gradients: relativeError(
        gradients,
        paths.flatMap(([path]) => wanted.gradients[path] ?? []),
      ),
      after: relativeError(moved, Object.values(wanted.after).flat()),
    };
  });
}

/** The relative error of the gradients of the inputs. */
export function distanceOfInputs(model: tf.LayersModel, wanted: GoldenCase<unknown>): number {
  setWeights(model, wanted.weights);
  return tf.tidy(() => {
    const direction = stored(wanted.direction);
    const gradients = tf.grads((...inputs: tf.Tensor[]) => apply(model, inputs).mul(direction).sum())(
      wanted.inputs.map(stored),
    );
    return relativeError(
      gradients.flatMap((gradient) => [...gradient.dataSync()]),
      wanted.inputGradients.flat(),
    );
  });
}

/** How far plain gradient descent on the cross-entropy strays in losses and weights, absolute. */
export function distanceOfTraining(
  model: tf.LayersModel,
  { inputs, labels, learningRate, start, losses, values }: GoldenTraining<unknown>,
): { losses: number; weights: number } {
  setWeights(model, start);
  const optimizer = sgd({ learningRate });
  const [x, y] = [stored(inputs), tf.tensor1d([...labels], 'int32')];
  const loss = crossEntropy();
  let weights = 0;
  const found = losses.map((_, step) => {
    const value = tf.tidy(
      () => optimizer.minimize(() => loss(apply(model, [x]), y).mean(), true)?.dataSync()[0],
    );
    const wanted = values[step + 1];
    if (wanted) {
      const variables = parameterPaths(model);
      const now = Object.keys(start).flatMap((path) => [...(variables.get(path)?.dataSync() ?? [])]);
      weights = Math.max(weights, absoluteError(now, wanted));
    }
    return value ?? Number.NaN;
  });
  optimizer.dispose();
  tf.dispose([x, y]);
  return { losses: absoluteError(found, losses), weights };
}

function apply(model: tf.LayersModel, inputs: tf.Tensor[]): tf.Tensor {
  const [first, ...others] = inputs;
  return model.apply(first && others.length === 0 ? first : inputs, { training: true }) as tf.Tensor;
}
