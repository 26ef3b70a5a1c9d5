/** Models of PyTorch: their weights make the same model here, and come back bit by bit. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../../src/formats/safetensors.ts';
import { loadStateDict, toStateDict } from '../../src/weights/state-dict.ts';
import { withoutLeak } from '../no-leak.ts';
import { readReference } from '../reference/read-reference.ts';
import { BRIDGED_OUTPUTS, relativeError } from '../tolerances.ts';
import { GOLDEN_MODELS, GOLDEN_NAMES } from './golden-models.ts';

interface Tensor {
  readonly shape: number[];
  readonly values: number[];
}

interface Case {
  readonly state: readonly (readonly [name: string, tensor: Tensor])[];
  readonly inputs: Tensor;
  readonly outputs: Tensor;
}

const cases = readReference('weights') as Readonly<Record<string, Case>>;

const caseOf = (name: string): Case => {
  const found = cases[name.split(',')[0] ?? ''];
  if (!found) throw new Error(`no case ${name}`);
  return found;
};

const stateOf = ({ state }: Case): Map<string, StoredTensor> =>
  new Map(state.map(([name, { shape, values }]) => [name, { shape, values: Float32Array.from(values) }]));

const optionsOf = (name: string) => {
  const names = GOLDEN_NAMES[name];
  return names ? { names } : {};
};

/** The largest difference from PyTorch's outputs, as a share of the largest of them. */
const outputError = (model: tf.LayersModel, { inputs, outputs }: Case): Promise<number> =>
  withoutLeak(async () => {
    const result = tf.tidy(() => model.predict(tf.tensor(inputs.values, inputs.shape)) as tf.Tensor);
    expect(result.shape).toEqual(outputs.shape);
    const values = await result.data();
    result.dispose();
    return relativeError(values, outputs.values);
  });

beforeAll(() => tf.setBackend('cpu'));

describe.each(Object.keys(GOLDEN_MODELS))('%s', (name) => {
  const golden = caseOf(name);
  const model = GOLDEN_MODELS[name]?.() ?? tf.sequential();
  const state = stateOf(golden);

  it('gives the outputs of PyTorch with its weights', async () => {
    expect(await outputError(model, golden)).toBeGreaterThan(0.01);
    await withoutLeak(() => loadStateDict(model, state, optionsOf(name)));
    expect(await outputError(model, golden)).toBeLessThan(BRIDGED_OUTPUTS);
  });

  it('has them as PyTorch has them', () => {
    loadStateDict(model, state, optionsOf(name));
    const back = toStateDict(model, optionsOf(name));
    const expected = asItComesBack(state);
    if (NAMED.has(name)) {
      expect(back).toEqual(expected);
    } else {
      expect([...back.values()]).toEqual([...expected.values()]);
      expect([...back.keys()].map(lastPart)).toEqual([...expected.keys()].map(lastPart));
    }
  });

  it('is the same after a file', async () => {
    const copy = GOLDEN_MODELS[name]?.() ?? tf.sequential();
    loadStateDict(model, state, optionsOf(name));
    const file = encodeSafetensors({ tensors: toStateDict(model), metadata: {} });
    loadStateDict(copy, decodeSafetensors(file).tensors);
    expect(await outputError(copy, golden)).toBeLessThan(BRIDGED_OUTPUTS);
  });
});

/** Whose layers have the names of the modules. */
const NAMED = new Set(['residual', 'flattened']);

const lastPart = (name: string): string => /(parametrizations\..*|[^.]*)$/.exec(name)?.[0] ?? '';

/** Two biases as their sum and 0; the count of batches only where it is used, in the cumulative norm. */
function asItComesBack(state: ReadonlyMap<string, StoredTensor>): Map<string, StoredTensor> {
  const result = new Map<string, StoredTensor>();
  for (const [name, { shape, values }] of state) {
    const second = state.get(name.replace('bias_ih', 'bias_hh'))?.values;
    if (name.endsWith('num_batches_tracked') && name !== '7.num_batches_tracked') continue;
    if (name.includes('bias_hh')) result.set(name, { shape, values: new Float32Array(values.length) });
    else if (name.includes('bias_ih'))
      result.set(name, { shape, values: values.map((value, i) => value + (second?.[i] ?? 0)) });
    else result.set(name, { shape, values });
  }
  return result;
}
