/** Looks at a training kernel by kernel, and at the part of the update that each kernel belongs to. */
import * as tf from '@tensorflow/tfjs';
import { type KernelOutputs, type KernelRun, wrapKernels } from '../backend/wrap-kernels.ts';
import { classToken, layerPaths } from '../layers/paths.ts';
import { UPDATE_SCOPE } from '../optimizers/optimizer.ts';
import { STEP_SCOPE } from './step.ts';
import { type KernelCall, type StepKernels, stepKernels } from './step-kernels.ts';

/** tfjs runs the two passes of a gradient in scopes of these names. */
const FORWARD_SCOPE = 'forward';
const BACKWARD_SCOPE = 'backward';

/** Looks at the updates that are made between `attach` and `detach`; changes none of their numbers. */
export class KernelProfile {
  /** The kernels of each update, by the number of its scope. */
  readonly #updates = new Map<number, KernelCall[]>();
  /** The layers that are being called, the innermost last. */
  readonly #layers: string[] = [];
  #forward = 'objective';
  #undo: (() => void)[] = [];

  /** Begins; where a model is trained, after `train` has changed its layers, hence as `onTrainBegin`. */
  attach(model?: tf.LayersModel): void {
    this.#forward = model === undefined ? 'objective' : 'loss';
    const layers = model === undefined ? [] : [...layerPaths(model).keys()];
    this.#undo = [
      wrapKernels((call) => this.#measure(call)),
      ...layers.map((layer) => wrapCall(layer, this.#layers)),
    ];
  }

  /** Ends: kernels and layers are what they were. */
  detach(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  /**
   * What was measured; undefined where no update was made.
   *
   * @param warmUp - The first updates, which are left out: JavaScript gets faster. Of a few updates at most the first half.
   */
  result(warmUp = 0): StepKernels | undefined {
    const updates = [...this.#updates.values()];
    return updates.length === 0
      ? undefined
      : stepKernels(updates.slice(Math.min(warmUp, Math.floor(updates.length / 2))));
  }

  #measure({ kernelName, inputs, run }: KernelRun): KernelOutputs {
    const place = this.#place();
    if (place === undefined) return run();
    const start = performance.now();
    const outputs = run();
    const end = performance.now();
    place.calls.push({ part: place.part, kernelName, bytes: bytesWritten(inputs, outputs), start, end });
    return outputs;
  }

  /** The update that is being made and the part that it is in; undefined outside of updates. */
  #place(): { readonly calls: KernelCall[]; readonly part: string } | undefined {
    const scopes = tf.engine().state.scopeStack;
    const first = scopes.findIndex(({ name }) => name === STEP_SCOPE);
    const update = scopes[first];
    if (update === undefined) return undefined;
    const calls = this.#updates.get(update.id) ?? [];
    this.#updates.set(update.id, calls);
    for (let depth = first + 1; depth < scopes.length; depth++) {
      const part = this.#partOf(scopes[depth]?.name);
      if (part !== undefined) return { calls, part };
    }
    return { calls, part: 'other' };
  }

  /** The outermost scope decides: a loss may take gradients of its own. */
  #partOf(scope: string | undefined): string | undefined {
    if (scope === FORWARD_SCOPE) return this.#layers.at(-1) ?? this.#forward;
    if (scope === BACKWARD_SCOPE) return 'gradient';
    return scope === UPDATE_SCOPE ? 'update' : undefined;
  }
}

/** Notes in `layers` while the layer is being called. */
function wrapCall(layer: tf.layers.Layer, layers: string[]): () => void {
  const before = Object.getOwnPropertyDescriptor(layer, 'call');
  const call = layer.call.bind(layer);
  const token = classToken(layer);
  const noted: typeof layer.call = (inputs, options) => {
    layers.push(token);
    try {
      return call(inputs, options);
    } finally {
      layers.pop();
    }
  };
  layer.call = noted;
  return () => {
    // A training that threw has put back what stood there before its own change, and before this one.
    if (layer.call !== noted) return;
    if (before === undefined) Reflect.deleteProperty(layer, 'call');
    else Object.defineProperty(layer, 'call', before);
  };
}

function bytesWritten(inputs: tf.NamedTensorInfoMap, outputs: KernelOutputs): number {
  const known = new Set(Object.values(inputs).map((input) => input?.dataId));
  return (Array.isArray(outputs) ? outputs : [outputs])
    .filter(({ dataId }) => !known.has(dataId))
    .reduce(
      (sum, { shape, dtype }) => sum + tf.util.sizeFromShape(shape) * tf.util.bytesPerElement(dtype),
      0,
    );
}
