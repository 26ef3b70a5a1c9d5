/** LSTM and simple recurrent layers, in one direction and in two. tfjs's gates stand in PyTorch's order: i, f, g, o. */
import * as tf from '@tensorflow/tfjs';
import { quote } from '../errors.ts';
import { below, classOf, entryOf, type Form, type TorchEntry, type Weights } from './form.ts';
import { arrangeKernel, unchanged } from './layout.ts';

/** Why a GRU has no form. */
export const NO_GRU =
  "tfjs resets the state before the recurrent product, U (r ∘ h), and PyTorch's GRU after it, r ∘ (U h + c): no weights make them equal; use tf.layers.lstm({ recurrentActivation: 'sigmoid' })";

/** One direction: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`; the bias of tfjs is the sum of the two. */
export const recurrentForm: Form = (layer, weights) =>
  layer.getConfig()['goBackwards'] === true
    ? 'PyTorch has no layer that goes backwards alone; reverse its input instead'
    : entriesOf(layer, weights, '_l0');

/** Two directions; those of the second end in `_reverse`. */
export const bidirectionalForm: Form = (wrapper, weights) => {
  const entries: TorchEntry[] = [];
  for (const [role, suffix] of [
    ['forward', '_l0'],
    ['backward', '_l0_reverse'],
  ] as const) {
    const layer: unknown = Reflect.get(wrapper, `${role}Layer`);
    if (!(layer instanceof tf.layers.Layer)) return `it has no ${role} layer; build it first`;
    const direction = entriesOf(layer, below(role, weights), suffix);
    if (typeof direction === 'string') return direction;
    entries.push(...direction.map((entry) => ({ ...entry, weight: `${role}/${entry.weight}` })));
  }
  return entries;
};

/** The activations that PyTorch computes with. */
const ACTIVATIONS = new Map<string, Readonly<Record<string, readonly string[]>>>([
  ['LSTM', { activation: ['tanh'], recurrentActivation: ['sigmoid'] }],
  ['SimpleRNN', { activation: ['tanh', 'relu'] }],
]);

function entriesOf(layer: tf.layers.Layer, weights: Weights, suffix: string): TorchEntry[] | string {
  const rules = ACTIVATIONS.get(classOf(layer));
  if (!rules) return classOf(layer) === 'GRU' ? NO_GRU : 'only an LSTM or a simple RNN can be in it';
  const config = layer.getConfig();
  for (const [option, names] of Object.entries(rules)) {
    const name = config[option];
    if (!names.some((known) => known === name))
      return `its ${option} is ${quote(name)} and PyTorch's ${names.join(' or ')}; make it with { ${option}: '${names[0]}' }`;
  }
  const kernel = (shape: readonly number[]) => arrangeKernel(shape, weights.featureOrder);
  const second = entryOf(weights, `bias_hh${suffix}`, 'bias', unchanged);
  return [
    ...entryOf(weights, `weight_ih${suffix}`, 'kernel', kernel),
    ...entryOf(weights, `weight_hh${suffix}`, 'recurrent_kernel', (shape) => arrangeKernel(shape)),
    ...entryOf(weights, `bias_ih${suffix}`, 'bias', unchanged),
    ...second.map((entry) => ({ ...entry, isSecondTerm: true })),
  ];
}
