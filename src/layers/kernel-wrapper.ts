/** What the wrappers of this package share: a layer that owns a layer and gives it another kernel at every call. */
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.ts';
import { instanceOf } from '../options.ts';
import { defaultName, type LayerOptions, layerOptionFields, whenBuilt } from './layer.ts';
import type { CallOptions } from './step-random.ts';

export interface KernelWrapperOptions extends LayerOptions {
  /**
   * The layer whose kernel is replaced: dense, convolution, transposed or depthwise convolution, or a layer of your own
   * with a field `kernel`. It may be built already, and its `inputShape` serves the wrapper.
   */
  readonly layer: tf.layers.Layer;
}

/** The fields of {@link KernelWrapperOptions} for a schema. */
export const kernelWrapperFields = {
  ...layerOptionFields,
  layer: instanceOf(tf.layers.Layer, 'must be a layer, e.g. tf.layers.dense({ units: 10 })'),
};

/**
 * A Layer that owns a layer. The kernel stays a weight of the owned layer; while that is called, its field `kernel`
 * reads what {@link effectiveKernel} makes of it. Bias and activation remain the owned layer's. The wrapper is
 * trainable when its layer is.
 */
export abstract class KernelWrapper extends tf.layers.Layer {
  /** The owned layer; in paths `weight_normalization:0/layer/kernel`. */
  readonly layer: tf.layers.Layer;
  readonly #field: string;
  #kernel: tf.LayerVariable | undefined;

  /** Throws a ModelError for a layer without a kernel, and for those that have several. */
  constructor(token: string, options: KernelWrapperOptions) {
    const { layer } = options;
    const field = kernelField(layer);
    const ownShape = 'inputShape' in options || 'batchInputShape' in options || !('batchInputShape' in layer);
    const shape = ownShape ? {} : { batchInputShape: layer.batchInputShape, dtype: layer.dtype };
    super({ ...shape, ...options, name: options.name ?? defaultName(token) });
    this.layer = layer;
    this.trainable = super.trainable && layer.trainable;
    this.#field = field;
    this.supportsMasking = layer.supportsMasking;
  }

  /**
   * Makes the wrapper's own weights fit the present kernel, for one that was put in by hand or drawn anew;
   * `initialize` calls it.
   */
  followKernel(): void {}

  /** The owned layer's weights in their order, with the kernel that evaluation works with; the caller frees them. */
  evaluationWeights(): tf.Tensor[] {
    return tf.tidy(() =>
      this.layer.weights.map((weight) => {
        const value = weight.read();
        return (weight === this.kernel ? this.effectiveKernel(value, {}) : value).clone();
      }),
    );
  }

  /** The kernel that the owned layer works with, of the kernel that is stored. */
  protected abstract effectiveKernel(kernel: tf.Tensor, options: CallOptions): tf.Tensor;

  /** The stored kernel; throws before the layer is built. */
  protected get kernel(): tf.LayerVariable {
    return whenBuilt(this, this.#kernel);
  }

  /**
   * The axes of the kernel that count outputs, and the rest: the last one, but `[h, w, outputs, inputs]` when transposed,
   * and both channel axes of a depthwise `[h, w, inputs, multiplier]`.
   */
  protected get axes(): { readonly outputs: readonly number[]; readonly rest: readonly number[] } {
    const all = this.kernel.shape.map((_, axis) => axis);
    const rest = all.slice(0, this.#field === 'depthwiseKernel' ? -2 : -1);
    if (this.layer.getClassName().endsWith('Transpose')) rest.splice(-1, 1, all.length - 1);
    return { outputs: all.filter((axis) => !rest.includes(axis)), rest };
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { layer } = this;
    if (!layer.built) {
      layer.build(inputShape);
      layer.built = true;
      const given: tf.Tensor[] | null = layer.initialWeights;
      if (given !== null) layer.setWeights(given);
    }
    const kernel: unknown = Reflect.get(layer, this.#field);
    if (!(kernel instanceof tf.LayerVariable))
      throw new ModelError(`layer ${layer.name} has a field ${this.#field} that is not a weight`);
    this.#kernel = kernel;
    this.inputSpec = layer.inputSpec;
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], options: CallOptions): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      const kernel = this.effectiveKernel(this.kernel.read(), options);
      Reflect.set(this.layer, this.#field, { read: () => kernel });
      try {
        return this.layer.apply(inputs, options) as tf.Tensor | tf.Tensor[];
      } finally {
        Reflect.set(this.layer, this.#field, this.kernel);
      }
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return this.layer.computeOutputShape(inputShape);
  }

  override computeMask(
    inputs: tf.Tensor | tf.Tensor[],
    mask?: tf.Tensor | tf.Tensor[],
  ): tf.Tensor | tf.Tensor[] {
    return this.layer.computeMask(inputs, mask);
  }

  override get trainable(): boolean {
    return this.layer.trainable;
  }

  override set trainable(trainable: boolean) {
    super.trainable = trainable;
    this.layer.trainable = trainable;
  }

  override get trainableWeights(): tf.LayerVariable[] {
    return [...this.layer.trainableWeights, ...(this.trainable ? super.trainableWeights : [])];
  }

  override get nonTrainableWeights(): tf.LayerVariable[] {
    return [...this.layer.nonTrainableWeights, ...super.nonTrainableWeights];
  }

  override get losses(): tf.layers.Layer['losses'] {
    return this.layer.losses;
  }

  override setFastWeightInitDuringBuild(value: boolean): void {
    super.setFastWeightInitDuringBuild(value);
    this.layer.setFastWeightInitDuringBuild(value);
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { layer } = this;
    return { ...super.getConfig(), layer: { className: layer.getClassName(), config: layer.getConfig() } };
  }

  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new cls({ ...config, layer: layerFromConfig(config['layer']) });
  }
}

/**
 * Throws a ModelError for a regularizer or constraint of the kernel, for wrappers in which the length of the stored
 * kernel changes nothing.
 */
export function refuseKernelPenalty(wrapper: string, layer: tf.layers.Layer, cure: string): void {
  const options = ['kernel', 'depthwise'].flatMap((role) => [`${role}Regularizer`, `${role}Constraint`]);
  const found = options.find((option) => (Reflect.get(layer, option) ?? null) !== null);
  if (found !== undefined) {
    throw new ModelError(
      `${wrapper}: the ${found} of layer ${layer.name} would act on the stored kernel, whose length changes nothing; leave it out and ${cure}`,
    );
  }
}

/** The field in which a layer keeps its one kernel. */
function kernelField(layer: tf.layers.Layer): 'kernel' | 'depthwiseKernel' {
  const refuse = (reason: string): never => {
    throw new ModelError(`layer ${layer.name} (${layer.getClassName()}) cannot be wrapped: ${reason}`);
  };
  if ('cell' in layer || 'forwardLayer' in layer || 'recurrentInitializer' in layer)
    return refuse('the kernels of recurrent layers stand in their cells');
  if ('layer' in layer) return refuse('wrap the layer inside it, e.g. timeDistributed({ layer: wrapped })');
  if ('pointwiseKernel' in layer)
    return refuse('it has two kernels; use depthwiseConv2d and conv2d with kernelSize 1, each wrapped');
  if ('depthwiseKernel' in layer) return 'depthwiseKernel';
  if ('kernel' in layer) return 'kernel';
  return refuse('it has no kernel; a dense or convolution layer has one');
}

/** A layer of what `getConfig` says of it, by the classes that tfjs knows. */
function layerFromConfig(
  config: tf.serialization.ConfigDictValue | undefined,
): tf.serialization.Serializable {
  const { className, config: layerConfig } = config as {
    className: string;
    config: tf.serialization.ConfigDict;
  };
  const known = tf.serialization.SerializationMap.getMap().classNameMap[className];
  if (!known)
    throw new ModelError(
      `the saved model has a layer of class ${className}, which is not registered: construct one, or call tf.serialization.registerClass`,
    );
  const [layerClass, fromConfig] = known;
  return fromConfig(layerClass, layerConfig);
}
