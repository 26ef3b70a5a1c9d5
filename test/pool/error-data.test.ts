/** Each error class of the package comes back from another process as itself. */
import { expect, test } from 'vitest';
import * as errors from '../../src/errors.ts';
import { errorData, errorFrom } from '../../src/pool/error-data.ts';

const EXAMPLES: readonly Error[] = [
  new errors.OptionError('sgd', [{ path: 'momentum', rule: 'must be a number', received: 'x' }]),
  new errors.BackendError('wasm', 'is not there', 'install it'),
  new errors.BaselineError('no torch', ['python3']),
  new errors.DataError('row 3', { cause: new SyntaxError('a comma') }),
  new errors.DivergenceError({ step: 3, tensor: 'loss', learningRate: 9 }),
  new errors.FileError('/x', 'cannot write', new Error('full')),
  new errors.ModelError('two outputs'),
  new errors.ShapeError('inputs', '[batch, 2]', [null, 3]),
  new TypeError('not a function'),
];

test.each(EXAMPLES.map((error) => [error.name, error] as const))('%s', (_, error) => {
  const back = errorFrom(structuredClone(errorData(error)));
  expect(back).toStrictEqual(error);
  expect(Object.getPrototypeOf(back)).toBe(Object.getPrototypeOf(error));
  expect(back).toMatchObject({ name: error.name, stack: error.stack });
});

test('no class of the package is missing here', () => {
  const classes = Object.values(errors).filter(
    ({ prototype }) => Object(prototype) instanceof errors.TfjsRecipesError,
  );
  expect(EXAMPLES.map(({ name }) => name)).toEqual(expect.arrayContaining(classes.map(({ name }) => name)));
});
