/** How layers and modules find each other, and entries that do not fit. */
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { ModelError, OptionError } from '../../src/errors.ts';
import type { StoredTensor } from '../../src/formats/safetensors.ts';
import { loadStateDict, toStateDict } from '../../src/weights/state-dict.ts';
import { withoutLeak } from '../no-leak.ts';
import { chain, oneByOne, ones } from './small-models.ts';

const { dense } = tf.layers;

describe('bad entries', () => {
  const shapes = { '0.weight': [2, 3], '0.bias': [2], '2.weight': [1, 2], '2.bias': [1] };
  it.each<[string, Record<string, number[]>, string, string]>([
    [
      'a wrong shape',
      { ...shapes, '2.weight': [2, 1] },
      'ShapeError',
      'loadStateDict: 2.weight for layer dense:1: expected shape [1, 2], received [2, 1]',
    ],
    [
      'a missing entry',
      { '0.weight': [2, 3], '0.bias': [2], '2.weight': [1, 2] },
      'DataError',
      'loadStateDict: module "2" has weight, and layer dense:1 needs weight, bias',
    ],
    [
      'an unknown entry',
      { ...shapes, '2.gain': [1] },
      'DataError',
      'loadStateDict: module "2" has weight, bias, gain, and layer dense:1 needs weight, bias',
    ],
    [
      'too many modules',
      { ...shapes, '4.weight': [1, 1] },
      'DataError',
      'loadStateDict: there are 3 modules for 2 layers: 0, 2, 4 for dense:0, dense:1',
    ],
    [
      'too few modules',
      { '0.weight': [2, 3], '0.bias': [2] },
      'DataError',
      'loadStateDict: there are 1 modules for 2 layers: 0 for dense:0, dense:1',
    ],
  ])('%s is one error, and nothing is changed', async (_, wrong, name, message) => {
    const model = chain(dense({ inputShape: [3], units: 2 }), dense({ units: 1 }));
    const before = toStateDict(model);
    await withoutLeak(() => {
      expect(() => loadStateDict(model, ones(wrong))).toThrow(expect.objectContaining({ name, message }));
    });
    expect(toStateDict(model)).toEqual(before);
  });

  it('tells of numbers that do not fill their shape', () => {
    const model = chain(dense({ inputShape: [1], units: 1, useBias: false }));
    const state = new Map([['0.weight', { shape: [1, 1], values: Float32Array.of(1, 2) }]]);
    expect(() => loadStateDict(model, state)).toThrow('0.weight for layer dense:0 has 2 numbers for [1, 1]');
  });
});

describe('pairs', () => {
  const numbered = (names: readonly string[]): Map<string, StoredTensor> =>
    new Map(names.map((name, i) => [`${name}.weight`, { shape: [1, 1], values: Float32Array.of(i) }]));
  const weightsOf = (model: tf.LayersModel): number[] =>
    [...toStateDict(model).values()].map(({ values }) => values[0] ?? Number.NaN);
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

  it("in the order of PyTorch's entries", () => {
    const model = oneByOne(11);
    loadStateDict(model, numbered(['b', 'a', ...upTo(9).map((i) => `c.${i}`)]));
    expect(weightsOf(model)).toEqual(upTo(11));
  });

  it('in the order of the numbers, where entries are sorted by name', () => {
    const model = oneByOne(11);
    const state = numbered(upTo(11).map((i) => `layers.${i}.linear`));
    loadStateDict(model, new Map([...state].toSorted(([a], [b]) => (a < b ? -1 : 1))));
    expect(weightsOf(model)).toEqual(upTo(11));
  });

  it.each([
    ['fc', 'fc2'],
    ['body.linear', 'head.linear'],
  ])('not where they are sorted and called %s and %s', (first, second) => {
    const model = oneByOne(2);
    expect(() => loadStateDict(model, numbered([first, second]))).toThrow(
      `does not tell whether ${first} or ${second} comes first; give names: { `,
    );
    loadStateDict(model, numbered([first, second]), {
      names: { 'dense:0': second, 'dense:1': first },
    });
    expect(weightsOf(model)).toEqual([1, 0]);
  });

  it('by name, where every layer has a module of its own path, whatever the order', () => {
    const model = oneByOne(11);
    const state = numbered(upTo(11).map((i) => `dense:${10 - i}`));
    loadStateDict(model, state);
    expect(weightsOf(model)).toEqual(upTo(11).toReversed());
    expect(toStateDict(model)).toEqual(state);
  });

  it('not in order where the model branches', () => {
    const x = tf.input({ shape: [1] });
    const branch = (): tf.SymbolicTensor => dense({ units: 1, useBias: false }).apply(x) as tf.SymbolicTensor;
    const outputs = tf.layers.add().apply([branch(), branch()]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: x, outputs });
    expect(() => loadStateDict(model, numbered(['1', '0']))).toThrow(ModelError);
    expect(() => loadStateDict(model, numbered(['1', '0']))).toThrow(
      'do not follow on each other (see dense:',
    );
    loadStateDict(model, numbered(['1', '0']), { names: { 'dense:0': '0', 'dense:1': '1' } });
    expect(weightsOf(model)).toEqual([1, 0]);
  });

  it('not in order where a layer stands in two places and another beside them', () => {
    const x = tf.input({ shape: [1] });
    const [twice, behind, beside] = oneByOne(3).layers;
    if (!twice || !behind || !beside) throw new Error('three layers');
    const on = (layer: tf.layers.Layer, from: tf.SymbolicTensor): tf.SymbolicTensor =>
      layer.apply(from) as tf.SymbolicTensor;
    const long = on(behind, on(twice, on(twice, x)));
    const outputs = tf.layers.add().apply([on(beside, x), long]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: x, outputs });
    expect(() => loadStateDict(model, numbered(['2', '1', '0']))).toThrow('do not follow on each other');
  });

  it('with the names of both sides in one map', () => {
    const model = chain(dense({ inputShape: [1], units: 1, useBias: false, name: 'fc' }));
    const names = { fc: 'head.0' };
    expect([...toStateDict(model, { names }).keys()]).toEqual(['head.0.weight']);
    loadStateDict(model, numbered(['head.0']), { names });
    expect(weightsOf(model)).toEqual([0]);
  });

  it.each([
    [{ 'dense:2': 'a' }, 'names.dense:2 is not a layer with weights (did you mean "dense:0"?)'],
    [{ 'dense:0': 'a', 'dense:1': 'a' }, 'names.dense:1 must be a module of its own, received "a"'],
  ])('not with the names %o', (names, message) => {
    const model = oneByOne(2);
    expect(() => loadStateDict(model, numbered(['a', 'b']), { names })).toThrow(OptionError);
    expect(() => toStateDict(model, { names })).toThrow(message);
  });

  it('no module that is named and is not there', () => {
    const model = oneByOne(2);
    const load = () => loadStateDict(model, numbered(['a', 'b']), { names: { 'dense:0': 'a' } });
    expect(load).toThrow('there is no module dense:1 for layer dense:1; there are: a, b');
  });

  it('no module that is left over', () => {
    const model = oneByOne(2);
    const load = () => loadStateDict(model, numbered(['dense:0', 'dense:1', 'head']));
    expect(load).toThrow('no layer takes head');
  });
});
