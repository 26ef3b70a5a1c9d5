import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { errorText, exitCodeOf, Interruption } from '../../src/cli/exit-codes.ts';
import {
  BackendError,
  BaselineError,
  DataError,
  FileError,
  ModelError,
  OptionError,
  ShapeError,
} from '../../src/errors.ts';

test.each([
  [new OptionError('adam', [{ path: 'beta1', rule: 'must be < 1', received: 2 }]), 2],
  [new BackendError('wasm', 'no file', 'install it'), 2],
  [new DataError('row 3'), 4],
  [new ShapeError('x', '[2]', [3]), 4],
  [new ModelError('two outputs'), 4],
  [new FileError('a', 'cannot read', new Error('gone')), 5],
  [new BaselineError('no PyTorch'), 6],
  [new RangeError('Array buffer allocation failed'), 7],
  [new WebAssembly.RuntimeError('memory access out of bounds'), 7],
  [new Error('Cannot enlarge memory arrays'), 7],
  [new Interruption('SIGINT'), 130],
  [new Interruption('SIGTERM'), 143],
  [new RangeError('Invalid array length'), 1],
  [new TypeError('x is not a function'), 1],
  ['a string', 1],
])('%s exits %i, in one line without a stack', (error, code) => {
  expect(exitCodeOf(error)).toBe(code);
  expect(errorText(error, false)).toMatch(/^error: [^\n]+$/);
});

test('what the operating system refuses exits 5; a module that is not found is no such refusal', async () => {
  const refused = await stat('/nowhere/at/all').catch((error: unknown) => error);
  expect(exitCodeOf(refused)).toBe(5);
  const missing = Object.assign(new Error('Cannot find module'), { code: 'ERR_MODULE_NOT_FOUND' });
  expect(exitCodeOf(missing)).toBe(1);
});

test('line breaks and escape codes in a message cannot break the line', () => {
  expect(errorText(new DataError('a\n  b\r\u001b[31mc\u2028d'), false)).toBe('error: a b [31mc d');
});

test('the details of a baseline that failed follow, each in one line', () => {
  const error = new BaselineError('it ended\nbadly', ['first', 'a\tb\u001b[0m']);
  expect(errorText(error, false)).toBe('error: it ended badly\n  | first\n  | a b [0m');
});

test('--debug adds the stack and the cause', () => {
  const text = errorText(new DataError('bad row', { cause: new Error('the reason') }), true);
  expect(text).toMatch(/^error: bad row\n/);
  expect(text).toContain('exit-codes.test.ts');
  expect(text).toContain('the reason');
});
