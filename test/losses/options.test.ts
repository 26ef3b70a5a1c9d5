import type * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { OptionError } from '../../src/errors.ts';
import { binaryCrossEntropy, binaryCrossEntropySchema } from '../../src/losses/binary-cross-entropy.ts';
import { crossEntropy, crossEntropySchema } from '../../src/losses/cross-entropy.ts';
import { customLoss, customLossSchema } from '../../src/losses/custom-loss.ts';
import {
  negativeLogLikelihood,
  negativeLogLikelihoodSchema,
} from '../../src/losses/negative-log-likelihood.ts';
import { huber, huberSchema } from '../../src/losses/regression.ts';

const first = (predictions: tf.Tensor): tf.Tensor => predictions;
const custom = (options: object): unknown => customLoss('mine', first, options);

const notNumbers = ['1', true, {}, Number.NaN, Number.POSITIVE_INFINITY, null];
const weightLists = [
  '1',
  1,
  [],
  [1],
  [1, -1],
  [0, 0],
  [1, Number.NaN],
  [1, '2'],
  [1, Number.POSITIVE_INFINITY],
];
const axes = ['1', 0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, []];

/** Every option of every loss with values that are to be refused. */
const bad: {
  make: (options: never) => unknown;
  schema: { readonly shape: object };
  options: Record<string, readonly unknown[]>;
}[] = [
  { make: huber, schema: huberSchema, options: { delta: [...notNumbers, 0, -1] } },
  {
    make: crossEntropy,
    schema: crossEntropySchema,
    options: { labelSmoothing: [...notNumbers, -0.1, 1], classWeights: weightLists, axis: axes },
  },
  {
    make: negativeLogLikelihood,
    schema: negativeLogLikelihoodSchema,
    options: { classWeights: weightLists, axis: axes },
  },
  {
    make: binaryCrossEntropy,
    schema: binaryCrossEntropySchema,
    options: { positiveWeight: [...notNumbers, 0, -1, [], [1, 0], [Number.NaN], [1, '2']] },
  },
  {
    make: custom,
    schema: customLossSchema.shape.options,
    options: { expects: [1, 'probabilities', null, Number.NaN] },
  },
];

describe.each(bad)('$make.name', ({ make, schema, options }) => {
  test('every option is listed here', () => {
    expect(Object.keys(options).toSorted()).toEqual(Object.keys(schema.shape).toSorted());
  });

  test.each(
    Object.entries(options).flatMap(([option, values]) => values.map((value) => ({ option, value }))),
  )('refuses $option: $value', ({ option, value }) => {
    const error = thrownBy(() => make({ [option]: value } as never));
    expect(error).toBeInstanceOf(OptionError);
    const [problem] = (error as OptionError).problems;
    const path = problem?.path.split('.').filter((part) => part !== 'options') ?? [];
    expect(path[0]).toBe(option);
    const inner = path.length > 1 && Array.isArray(value) ? (value[Number(path[1])] as unknown) : value;
    expect(problem?.received).toEqual(inner);
  });

  test('refuses a name that is no option', () => {
    expect(() => make({ temperature: 2 } as never)).toThrow('temperature is not an option, received 2');
  });
});

test('rules say what is wanted', () => {
  expect(() => crossEntropy({ classWeights: [0, 0] })).toThrow(
    'classWeights must hold a number > 0, received [0,0]',
  );
  expect(() => crossEntropy({ axis: 0 })).toThrow('axis must not be 0, the axis of the batch, received 0');
  expect(() => binaryCrossEntropy({ positiveWeight: '2' as never })).toThrow(
    'positiveWeight must be a number > 0 or an array of them, received "2"',
  );
  expect(() => huber({ delta: 0 })).toThrow('huber: delta must be > 0, received 0');
  expect(() => customLoss('', first)).toThrow('customLoss: name must be of a length >= 1');
  expect(() => customLoss('mine', 3 as never)).toThrow('perExample must be a function');
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
