/** Where the layers of a model stand in its graph, nested models included. */
import * as tf from '@tensorflow/tfjs';
import { ModelError } from '../errors.ts';
import { KernelWrapper } from '../layers/kernel-wrapper.ts';
import { type FeatureOrder, type Flow, orderAfter, orderOfInput, sameOrder } from './feature-order.ts';
import { classOf } from './form.ts';

/** Where a layer stands. */
export interface Place {
  /** The order of the input's features in PyTorch. */
  readonly order: FeatureOrder;
  readonly inputShape: tf.Shape;
  /**
   * How many layers with weights stand on the longest way from an input to this one, itself counted; NaN for a layer
   * that stands in several places. Where these are 1, 2, 3 …, the layers follow on each other.
   */
  readonly depth: number;
}

interface DeepFlow extends Flow {
  readonly depth: number;
}

/** The places of the layers that the model calls: of a `TimeDistributed` the layer in it, of other wrappers they themselves. */
export function placesOf(
  model: tf.LayersModel,
  hasWeights: (layer: tf.layers.Layer) => boolean,
): Map<tf.layers.Layer, Place> {
  const places = new Map<tf.layers.Layer, Place>();

  const throughModel = (inner: tf.LayersModel, given: readonly DeepFlow[]): DeepFlow[] => {
    const flows = new Map(inner.inputs.map((tensor, i) => [tensor, given[i]]));
    const flowOf = (tensor: tf.SymbolicTensor): DeepFlow => {
      const known = flows.get(tensor);
      if (known) return known;
      const { sourceLayer, nodeIndex, tensorIndex, shape } = tensor;
      const inputs = (sourceLayer.inboundNodes[nodeIndex]?.inputTensors ?? []).map(flowOf);
      const flow =
        sourceLayer instanceof tf.LayersModel
          ? throughModel(sourceLayer, inputs)[tensorIndex]
          : throughLayer(sourceLayer, inputs, shape);
      if (!flow) throw new ModelError(`layer ${sourceLayer.name} has no output ${tensorIndex}`);
      flows.set(tensor, flow);
      return flow;
    };
    return inner.outputs.map(flowOf);
  };

  const throughLayer = (layer: tf.layers.Layer, inputs: readonly DeepFlow[], shape: tf.Shape): DeepFlow => {
    const owned: unknown = Reflect.get(layer, 'layer');
    if (classOf(layer) === 'TimeDistributed' && owned instanceof tf.layers.Layer)
      return throughEachStep(owned, inputs, shape);
    const { order, shape: inputShape } = inputs[0] ?? { order: orderOfInput(shape), shape };
    const depth = Math.max(0, ...inputs.map((input) => input.depth)) + (hasWeights(layer) ? 1 : 0);
    const before = places.get(layer);
    places.set(layer, {
      order: before && !sameOrder(before.order, order) ? 'unknown' : order,
      inputShape,
      depth: before && before.depth !== depth ? Number.NaN : depth,
    });
    const name = classOf(layer instanceof KernelWrapper ? layer.layer : layer);
    return { shape, depth, order: orderAfter(name, inputs, shape) };
  };

  /** The time axis is set aside and comes back: only what is on the last axis is known then. */
  const throughEachStep = (
    layer: tf.layers.Layer,
    inputs: readonly DeepFlow[],
    shape: tf.Shape,
  ): DeepFlow => {
    const steps = inputs.map((input) => {
      const stepShape = input.shape.toSpliced(1, 1);
      return {
        ...input,
        shape: stepShape,
        order: input.order instanceof Int32Array ? input.order : orderOfInput(stepShape),
      };
    });
    const [step] =
      layer instanceof tf.LayersModel
        ? throughModel(layer, steps)
        : [throughLayer(layer, steps, shape.toSpliced(1, 1))];
    if (!step) throw new ModelError(`layer ${layer.name} has no output`);
    const isNatural = step.order === 'same' || step.order === 'channels first';
    return { ...step, shape, order: isNatural && shape.length > 3 ? 'either' : step.order };
  };

  throughModel(
    model,
    model.inputs.map(({ shape }) => ({ shape, order: orderOfInput(shape), depth: 0 })),
  );
  return places;
}
