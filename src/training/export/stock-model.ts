/** A model of stock layers alone that gives the same outputs. */
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../../errors.ts';
import { carriesMask } from '../../layers/padding-mask.ts';
import { layerPaths } from '../../layers/paths.ts';
import type { Stage, StockPart } from './stage.ts';
import { foreignParts } from './stock-config.ts';
import { copyOf, hasStockForm, isStock, stockForm } from './stock-form.ts';

/**
 * For predictions; the caller disposes of its weights. Inputs, outputs and layers keep their names, and the weights their values:
 *
 * | layer | becomes |
 * |---|---|
 * | batchNormalization | BatchNormalization, with tfjs's momentum |
 * | layerNormalization | LayerNormalization |
 * | groupNormalization, instanceNormalization | LayerNormalization, between two Reshapes where groups need an axis, then scale and shift |
 * | featureNormalization | two BatchNormalizations with fixed statistics, which subtract and divide |
 * | weightNormalization, spectralNormalization, dropConnect | the layer inside, its kernel as evaluation has it |
 * | dropout, spatialDropout, gaussianNoise, random flips, rotations and erasing | nothing |
 * | randomCrop | Cropping2D, or nothing where it keeps the size |
 * | stock layers | themselves, with stock initializers |
 *
 * A `tf.Sequential` becomes a functional model. Scale and shift alone, and fixed statistics, are batch norms of
 * constants: a training would replace these by the batch's. Throws a ModelError that names every layer without a stock
 * form.
 */
export function toStockModel(model: tf.LayersModel): tf.LayersModel {
  const paths = layerPaths(model);
  refuseForeignLayers(paths);
  const conversion: Conversion = { paths, made: [] };
  const models: tf.LayersModel[] = [];
  try {
    tf.tidy(() => {
      models.push(convert(model, conversion));
    });
  } catch (error) {
    disposeWeights(conversion.made);
    throw error;
  }
  const [stock] = models;
  if (stock) return stock;
  throw new RangeError('a conversion gives a model');
}

/** Frees the weights of layers or models; tfjs's own `dispose` leaves those of layers that are used twice. */
export function disposeWeights(layers: readonly tf.layers.Layer[]): void {
  for (const weight of new Set(layers.flatMap(({ weights }) => weights))) weight.dispose();
}

interface Conversion {
  readonly paths: ReadonlyMap<tf.layers.Layer, string>;
  /** Every layer that was built. */
  readonly made: tf.layers.Layer[];
}

function refuseForeignLayers(paths: Conversion['paths']): void {
  const refused = [...paths].flatMap(([layer, path]) => {
    if (isStock(layer)) return foreignParts(layer.getConfig()).map((part) => `${path} (${part})`);
    return hasStockForm(layer) ? [] : [`${path} (${layer.getClassName()})`];
  });
  if (refused.length === 0) return;
  throw new ModelError(
    `the model cannot be exported, as stock tfjs has nothing like ${refused.join(', ')}; saveModel keeps every layer, ` +
      'for loadModel in an environment with this package',
  );
}

function convert(model: tf.LayersModel, conversion: Conversion): tf.LayersModel {
  const graph = new StockGraph(model, conversion);
  const inputs = model.inputs.map((tensor) => graph.tensor(tensor));
  // The tensors of a Sequential lead past a model that is its first layer.
  const outputs =
    model instanceof tf.Sequential
      ? model.layers.reduce((tensors, layer) => graph.apply(layer, tensors), inputs)
      : model.outputs.map((tensor) => graph.tensor(tensor));
  return tf.model({ inputs, outputs, name: model.name });
}

/** The graph of one model, copied from its outputs back to its inputs. */
class StockGraph {
  readonly #model: tf.LayersModel;
  readonly #conversion: Conversion;
  readonly #tensors = new Map<tf.SymbolicTensor, tf.SymbolicTensor>();
  /** What stands for a layer; for shapes apart where it depends on the shape. */
  readonly #parts = new Map<tf.layers.Layer, Map<string, StockPart[]>>();
  readonly #names: Set<string>;

  constructor(model: tf.LayersModel, conversion: Conversion) {
    this.#model = model;
    this.#conversion = conversion;
    this.#names = new Set(model.layers.map(({ name }) => name));
  }

  /** The tensor that stands for one of the model. */
  tensor(original: tf.SymbolicTensor): tf.SymbolicTensor {
    const known = this.#tensors.get(original);
    if (known) return known;
    const { sourceLayer: layer, nodeIndex, tensorIndex } = original;
    const { inputTensors = [], outputTensors = [] } = layer.inboundNodes[nodeIndex] ?? {};
    const outputs =
      layer.getClassName() === 'InputLayer'
        ? [inputLike(original)]
        : this.apply(
            layer,
            inputTensors.map((tensor) => this.tensor(tensor)),
          );
    for (const [index, output] of outputTensors.entries()) {
      const copy = outputs[index];
      if (copy) this.#tensors.set(output, copy);
    }
    const copy = outputs[tensorIndex];
    if (copy) return copy;
    throw new RangeError(`layer ${layer.name} has fewer outputs than the model uses`);
  }

  /** What stands for the layer, applied to tensors of the copy. */
  apply(layer: tf.layers.Layer, inputs: tf.SymbolicTensor[]): tf.SymbolicTensor[] {
    if (layer.getClassName() === 'InputLayer') return inputs;
    return this.#partsOf(layer, inputs).reduce((tensors, part) => this.#applyPart(part, tensors), inputs);
  }

  #applyPart({ layer, weights }: StockPart, tensors: tf.SymbolicTensor[]): tf.SymbolicTensor[] {
    const [first, ...others] = tensors;
    const isNew = !layer.built;
    if (isNew) {
      this.#conversion.made.push(layer);
      layer.setFastWeightInitDuringBuild(true); // no random numbers, which the weights would replace
    }
    const outputs = layer.apply(first && others.length === 0 ? first : tensors);
    if (isNew && weights.length > 0) layer.setWeights([...weights]);
    return [outputs].flat() as tf.SymbolicTensor[];
  }

  #partsOf(layer: tf.layers.Layer, [input]: readonly tf.SymbolicTensor[]): StockPart[] {
    const shape = input?.shape ?? [];
    const key = isSharedByAllShapes(layer) ? '' : shape.join();
    const parts = this.#parts.get(layer) ?? new Map<string, StockPart[]>();
    this.#parts.set(layer, parts);
    const known = parts.get(key);
    if (known) return known;
    const path = pathOf(layer, this.#conversion);
    const stages = stagesOf(layer, shape, this.#conversion);
    if (input && stages.some(({ dropsMask }) => dropsMask) && carriesMask(input)) {
      throw new ModelError(
        `${path} cannot be exported where its input has a mask, which tfjs's Reshape refuses; put it before the embedding or masking layer, or take another norm`,
      );
    }
    const isOutput = this.#model.outputs.some(({ sourceLayer }) => sourceLayer === layer);
    const made = (stages.length === 0 && isOutput ? [identity] : stages).map(
      ({ role, make }, index, { length }) =>
        make(this.#freeName(layer, parts.size === 0 && index === length - 1 ? '' : role)),
    );
    parts.set(key, made);
    return made;
  }

  /** The name of the layer for the last stage of its first use, others with their role and a number where it is taken. */
  #freeName({ name }: tf.layers.Layer, role: string): string {
    if (role === '') return name;
    let free = `${name}_${role}`;
    for (let ordinal = 2; this.#names.has(free); ordinal++) free = `${name}_${role}_${ordinal}`;
    this.#names.add(free);
    return free;
  }
}

/** Keeps the name of an output whose layer does nothing. */
const identity: Stage = {
  role: 'identity',
  make: (name) => ({ layer: tf.layers.activation({ activation: 'linear', name }), weights: [] }),
};

function inputLike({ shape, dtype, sourceLayer }: tf.SymbolicTensor): tf.SymbolicTensor {
  return tf.input({ batchShape: shape, dtype, name: sourceLayer.name });
}

/** A stock layer or model stays one layer however often it is used. */
const isSharedByAllShapes = (layer: tf.layers.Layer): boolean => {
  const inner = timeDistributedLayer(layer);
  return inner ? isSharedByAllShapes(inner) : isStock(layer);
};

const pathOf = (layer: tf.layers.Layer, { paths }: Conversion): string => paths.get(layer) ?? layer.name;

/** What `timeDistributed` applies at every time. */
function timeDistributedLayer(layer: tf.layers.Layer): tf.layers.Layer | undefined {
  const inner: unknown = layer.getClassName() === 'TimeDistributed' ? Reflect.get(layer, 'layer') : undefined;
  return inner instanceof tf.layers.Layer ? inner : undefined;
}

function stagesOf(layer: tf.layers.Layer, shape: tf.Shape, conversion: Conversion): readonly Stage[] {
  if (layer instanceof tf.LayersModel)
    return [{ role: 'copy', make: () => ({ layer: convert(layer, conversion), weights: [] }) }];
  const inner = timeDistributedLayer(layer);
  if (inner) {
    const [batch = null, , ...sizes] = shape;
    return stagesOf(inner, [batch, ...sizes], conversion).map(({ role, make }) => ({
      role,
      make: (name) => {
        const { layer: each, weights } = make(name);
        return { layer: tf.layers.timeDistributed({ layer: each, name }), weights };
      },
    }));
  }
  if (isStock(layer)) return [{ role: 'copy', make: (name) => copyOf(layer, name, layer.getWeights()) }];
  return stockForm(layer, pathOf(layer, conversion), shape);
}
