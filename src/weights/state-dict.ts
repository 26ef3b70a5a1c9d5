/** A model's weights as a `state_dict` of PyTorch, and back. */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { DataError, quote, ShapeError } from '../errors.ts';
import type { StoredTensor } from '../formats/safetensors.ts';
import { parseOptions } from '../options.ts';
import { namedModules, pairModules, type StoredModule } from './pair-modules.ts';
import { type ModuleEntry, type TorchModule, torchModules } from './torch-modules.ts';

export interface StateDictOptions {
  /**
   * The module of a layer by the layer's path, as `summary` shows it: `{ 'dense:0': 'classifier.1' }`. A layer that is
   * not in it has a module of its path.
   */
  readonly names?: Readonly<Record<string, string>>;
}

const schema = z.strictObject({ names: z.record(z.string(), z.string()).optional() });

/**
 * A model's weights as PyTorch's `state_dict` has them: `<layer path>.<PyTorch's name>`, such as `dense:0.weight`, in
 * PyTorch's shapes and layouts and the order of the model's layers. Plain numbers on the host; `encodeSafetensors`
 * makes a file of them. Name the layers as their modules (`tf.layers.dense({ name: 'fc1' })`, or `names` here), and
 * Python loads it as it is: `model.load_state_dict(load_file(path))`.
 *
 * | layer | tfjs | PyTorch |
 * |---|---|---|
 * | dense | `kernel` [in, out] | `weight` [out, in] |
 * | conv 1d, 2d, 3d | `kernel` [...window, in, out] | `weight` [out, in, ...window] |
 * | conv transpose 2d, 3d | `kernel` [...window, out, in] | `weight` [in, out, ...window] |
 * | depthwise conv 2d | `depthwise_kernel` [h, w, in, m] | `weight` [in · m, 1, h, w], of `groups=in` |
 * | all of these | `bias` | `bias` |
 * | batch, group, instance, layer norm, ours and tfjs's | `gamma`, `beta` | `weight`, `bias` |
 * | batch norm | `moving_mean`, `moving_variance` | `running_mean`, `running_var` |
 * | cumulative batch norm | `batches` | `num_batches_tracked`, elsewhere left out and ignored |
 * | weight norm | `magnitude`, `layer/kernel` | `parametrizations.weight.original0`, `original1` |
 * | spectral norm | `layer/kernel`, `left_vector`, `right_vector` | `parametrizations.weight.original`, `0._u`, `0._v` |
 * | PReLU | `alpha` [1, …, channels] | `weight` [channels] |
 * | embedding | `embeddings` | `weight` |
 * | LSTM, simple RNN | `kernel`, `recurrent_kernel` | `weight_ih_l0`, `weight_hh_l0`, transposed, gates i, f, g, o |
 * | | `bias` | `bias_ih_l0` + `bias_hh_l0`; the second is 0 on the way out |
 * | time distributed | `layer/…` | the module of the layer in it, called `time_distributed:0/layer` |
 * | bidirectional | `forward/…`, `backward/…` | `…_l0`, `…_l0_reverse` |
 *
 * `multiHeadAttention` and the other blocks are made of layers, and appear as these: four dense modules, where
 * PyTorch's `nn.MultiheadAttention` has query, key and value in one `in_proj_weight`.
 *
 * PyTorch flattens an image as [channels, height, width], tfjs as [height, width, channels]: the rows of the dense layer
 * behind a `flatten`, and what norms and PReLU between them have for each feature, are reordered accordingly, through
 * nested models too. Images are tensors of four axes or more, and series behind a `conv1d`.
 *
 * What is no weight is not carried: activations, paddings, strides and ε (tfjs's own norms have 1e-3, PyTorch 1e-5).
 *
 * Throws a ModelError that names the layer and the way out where PyTorch has no equal: GRU (the two reset the state at
 * different places), an LSTM with tfjs's default `recurrentActivation: 'hardSigmoid'`, `separableConv2d`,
 * `featureNormalization`, convolutional recurrent layers, classes of your own, and features whose order cannot be
 * followed.
 */
export function toStateDict(
  model: tf.LayersModel,
  options: StateDictOptions = {},
): Map<string, StoredTensor> {
  const { names } = parseOptions('toStateDict', schema, options);
  return new Map(
    namedModules('toStateDict', torchModules(model), names).flatMap(([name, { entries }]) =>
      entries.map((entry): [string, StoredTensor] => [
        `${name}.${entry.name}`,
        storedTensor(entry, entry.variable.dataSync()),
      ]),
    ),
  );
}

/** Gradients of a model's weights, by variable, with the names and layouts of {@link toStateDict}; weights without one are left out. */
export function gradientStateDict(
  model: tf.LayersModel,
  gradients: ReadonlyMap<tf.Variable, ArrayLike<number>>,
): Map<string, StoredTensor> {
  return new Map(
    torchModules(model).flatMap(({ path, entries }) =>
      entries.flatMap((entry): [string, StoredTensor][] => {
        const gradient = gradients.get(entry.variable);
        return gradient === undefined || entry.isSecondTerm
          ? []
          : [[`${path}.${entry.name}`, storedTensor(entry, gradient)]];
      }),
    ),
  );
}

/**
 * Sets the model's weights from a `state_dict` of PyTorch; the table at {@link toStateDict} says which becomes which.
 * Everything is checked before anything is written.
 *
 * Layers and modules are paired by name where `names` is given or every layer has a module of its own path. Otherwise
 * they are paired in order, which needs an order on both sides: the layers follow on each other (no branches), and the
 * entries are in PyTorch's order, or, when sorted by name as Python's safetensors writes them, their modules differ in
 * numbers alone (`0`, `2`, `10` of an `nn.Sequential`; `fc1`, `fc2`). Nothing is guessed: else a DataError asks for
 * `names`. Two modules of the same shapes that PyTorch defines in another order than it calls them are the one thing
 * that pairing in order cannot see.
 */
export function loadStateDict(
  model: tf.LayersModel,
  entries: ReadonlyMap<string, StoredTensor>,
  options: StateDictOptions = {},
): void {
  const { names } = parseOptions('loadStateDict', schema, options);
  const values = new Map<tf.Variable, Float32Array>();
  for (const [module, stored] of pairModules(torchModules(model), entries, names)) {
    checkModule(module, stored);
    for (const entry of module.entries) readEntry(entry, stored, values);
  }
  tf.tidy(() => {
    for (const [variable, numbers] of values) variable.assign(tf.tensor(numbers, variable.shape));
  });
}

function storedTensor(
  { layout: { shape, source }, isSecondTerm }: ModuleEntry,
  numbers: ArrayLike<number>,
): StoredTensor {
  const values = new Float32Array(source.length);
  if (isSecondTerm) return { shape, values };
  for (const [i, place] of source.entries()) values[i] = numbers[place] ?? 0;
  return { shape, values };
}

/** Throws where the tensors of a module are not those of the layer, or have other shapes. */
function checkModule({ path, entries }: TorchModule, { name, tensors }: StoredModule): void {
  const wanted = new Set(entries.map((entry) => entry.name));
  const has = [...tensors.keys()].filter((entry) => entry !== 'num_batches_tracked' || wanted.has(entry));
  if (has.length !== wanted.size || has.some((entry) => !wanted.has(entry)))
    throw new DataError(
      `loadStateDict: module ${quote(name)} has ${has.join(', ')}, and layer ${path} needs ${[...wanted].join(', ')}`,
    );
  for (const { name: entry, layout } of entries) {
    const { shape = [], values = [] } = tensors.get(entry) ?? {};
    const what = `loadStateDict: ${name}.${entry} for layer ${path}`;
    if (shape.join() !== layout.shape.join())
      throw new ShapeError(what, `[${layout.shape.join(', ')}]`, shape);
    if (values.length !== layout.source.length)
      throw new DataError(`${what} has ${values.length} numbers for [${shape.join(', ')}]`);
  }
}

/** Puts the numbers of an entry where tfjs has them. */
function readEntry(
  { name, layout, variable, isSecondTerm }: ModuleEntry,
  { tensors }: StoredModule,
  values: Map<tf.Variable, Float32Array>,
): void {
  const given = tensors.get(name)?.values ?? [];
  const numbers = values.get(variable) ?? new Float32Array(variable.size);
  for (const [i, place] of layout.source.entries()) {
    const value = given[i] ?? 0;
    numbers[place] = isSecondTerm ? (numbers[place] ?? 0) + value : value;
  }
  values.set(variable, numbers);
}
