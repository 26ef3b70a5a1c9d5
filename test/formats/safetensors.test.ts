/** Safetensors: the bytes that Hugging Face's package writes, every bit kept, and whatever is malformed refused. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataError } from '../../src/errors.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../../src/formats/safetensors.ts';

/** The numbers, and what must be the same bit for bit. */
const bitsOf = ({ shape, values }: StoredTensor): unknown => ({
  shape,
  type: values.constructor.name,
  bytes: [...new Uint8Array(values.buffer, values.byteOffset, values.byteLength)],
});

const bitsOfAll = (tensors: ReadonlyMap<string, StoredTensor>): Map<string, unknown> =>
  new Map([...tensors].map(([name, tensor]) => [name, bitsOf(tensor)]));

const floatsOf = (...bits: readonly number[]): Float32Array =>
  new Float32Array(Uint32Array.from(bits).buffer);

/** A quiet and a signalling NaN with a payload, −0, the smallest subnormal, the largest number, Infinity. */
const CORNERS = floatsOf(0x7fc12345, 0x7f800001, 0x80000000, 0x00000001, 0x7f7fffff, 0x7f800000);

const TENSORS = new Map<string, StoredTensor>([
  ['constructor', { shape: [3], values: Float64Array.of(0.1, -0, 5e-324) }],
  ['0', { shape: [3], values: floatsOf(0x7fc12345, 0x80000000, 0x00000001) }],
  ['größe', { shape: [2, 0], values: new Float32Array() }],
  ['__proto__', { shape: [2, 2], values: Int32Array.of(1, -2, 2 ** 31 - 1, -(2 ** 31)) }],
  ['scalar', { shape: [], values: Uint8Array.of(3) }],
]);

/** `safetensors.numpy.save` of these tensors (safetensors 0.8.0, NumPy 2.4.6). */
const FROM_PYTHON = `aAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJtYWRlIGJ5Ijoic2FmZXRlbnNvcnMgMC44LjAifSwiY29uc3RydWN0b3IiOnsiZHR5cGUiOiJGNjQi
LCJzaGFwZSI6WzNdLCJkYXRhX29mZnNldHMiOlswLDI0XX0sIjAiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzNdLCJkYXRhX29mZnNldHMiOlsyNCwz
Nl19LCJncsO2w59lIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDBdLCJkYXRhX29mZnNldHMiOlszNiwzNl19LCJfX3Byb3RvX18iOnsiZHR5cGUi
OiJJMzIiLCJzaGFwZSI6WzIsMl0sImRhdGFfb2Zmc2V0cyI6WzM2LDUyXX0sInNjYWxhciI6eyJkdHlwZSI6IlU4Iiwic2hhcGUiOltdLCJkYXRhX29m
ZnNldHMiOls1Miw1M119fSAgICAgICCamZmZmZm5PwAAAAAAAACAAQAAAAAAAABFI8F/AAAAgAEAAAABAAAA/v///////38AAACAAw==`;

/** A file with this header, `numbers` bytes of numbers, and a length of the header that need not be true. */
function file(header: string | Uint8Array, numbers = 8, length?: bigint): Uint8Array {
  const bytes = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const whole = new Uint8Array(8 + bytes.length + numbers);
  new DataView(whole.buffer).setBigUint64(0, length ?? BigInt(bytes.length), true);
  whole.set(bytes, 8);
  return whole;
}

const entry = (shape: unknown = [2], offsets: unknown = [0, 8], dtype: unknown = 'F32'): string =>
  `{"dtype":${JSON.stringify(dtype)},"shape":${JSON.stringify(shape)},"data_offsets":${JSON.stringify(offsets)}}`;
const one = (...changes: Parameters<typeof entry>): string => `{"a":${entry(...changes)}}`;

describe('what Python writes', () => {
  const golden = Uint8Array.from(Buffer.from(FROM_PYTHON, 'base64'));

  test('is read bit for bit', () => {
    const { tensors, metadata } = decodeSafetensors(golden);
    expect(metadata).toEqual({ 'made by': 'safetensors 0.8.0' });
    expect(bitsOfAll(tensors)).toEqual(bitsOfAll(TENSORS));
  });

  test('is what we write, byte for byte', () => {
    const written = encodeSafetensors({ tensors: TENSORS, metadata: { 'made by': 'safetensors 0.8.0' } });
    expect([...written]).toEqual([...golden]);
  });

  test('cut at any byte, or with one more, is refused', () => {
    for (let length = 0; length < golden.length; length++)
      expect(() => decodeSafetensors(golden.subarray(0, length)), `${length} bytes`).toThrow(DataError);
    expect(() => decodeSafetensors(Uint8Array.of(...golden, 0))).toThrow('describes 421 bytes and has 422');
  });
});

test('a round trip keeps every bit, wherever the file stands in memory', () => {
  const values = Float32Array.of(0, ...CORNERS).subarray(1);
  const corners: StoredTensor = { shape: [2, 3], values };
  const numbers: [string, StoredTensor][] = [
    ['flags', { shape: [1], values: Uint8Array.of(255) }],
    ['corners', { shape: [2, 3], values: CORNERS }],
    ['part of an array', corners],
    ['wide', { shape: [1], values: Float64Array.of(Number.MIN_VALUE) }],
  ];
  const written = encodeSafetensors({ tensors: new Map(numbers), metadata: { '"\\:{': 'ü\n:' } });
  for (const offset of [0, 1, 3]) {
    const memory = Buffer.alloc(written.length + offset + 5);
    memory.set(written, offset);
    const { tensors, metadata } = decodeSafetensors(memory.subarray(offset, offset + written.length));
    expect(metadata).toEqual({ '"\\:{': 'ü\n:' });
    for (const [name, tensor] of numbers)
      expect(bitsOf(tensors.get(name) ?? corners), name).toEqual(bitsOf(tensor));
    memory.fill(0);
    expect(bitsOf(tensors.get('corners') ?? corners)).toEqual(bitsOf({ shape: [2, 3], values: CORNERS }));
  }
});

test('what could not be read again is not written', () => {
  const write = (name: string, shape: readonly number[]): Uint8Array =>
    encodeSafetensors({ tensors: new Map([[name, { shape, values: new Float32Array(2) }]]), metadata: {} });
  expect(() => write('a', [3])).toThrow('"a" has 2 numbers for [3]');
  expect(() => write('__metadata__', [2])).toThrow(DataError);
});

describe('names that JavaScript knows are names like others', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '0', ''])('%j', (name) => {
    const values = Float32Array.of(7);
    const tensors = new Map([[name, { shape: [1], values }]]);
    const read = decodeSafetensors(encodeSafetensors({ tensors, metadata: {} })).tensors;
    expect([...read.keys()]).toEqual([name]);
    expect(read.get(name)?.values).toEqual(values);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

const DEEP = 200_000;
const invalidUtf8 = (): Uint8Array => {
  const header = new TextEncoder().encode(one().replace('"a"', '"?"'));
  header[2] = 0xff;
  return header;
};

describe('malformed files are refused', () => {
  test('and the file that they are variants of is not', () => {
    expect(decodeSafetensors(file(one())).tensors.get('a')?.shape).toEqual([2]);
    expect(decodeSafetensors(file('{}', 0)).tensors.size).toBe(0);
  });

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'has 0 bytes'],
    ['half a length', new Uint8Array(7), 'has 7 bytes'],
    ['an empty header', file('', 0), 'does not begin with {'],
    ['a header longer than the file', file(one(), 8, 1000n), 'its header has 1000 bytes'],
    ['a header of 2^63 bytes', file(one(), 8, 1n << 63n), 'its header has 9223372036854775808 bytes'],
    ['a header of more than 100 MB', file('{}', 100_000_100, 100_000_001n), 'can be 100000000 at most'],
    ['a header that is cut', file(one(), 8, 20n), 'not JSON'],
    ['a header with a byte order mark', file(`\uFEFF${one()}`), 'does not begin with {'],
    ['a header that begins with a space', file(` ${one()}`), 'does not begin with {'],
    ['a header that is an array', file('[]', 0), 'does not begin with {'],
    ['a header with a comma at its end', file(one().replace(/}$/, ',}')), 'not JSON'],
    ['two headers', file(`${one()}${one()}`), 'not JSON'],
    ['NUL after the header', file(`${one()}\0`), 'not JSON'],
    ['invalid UTF-8', file(invalidUtf8()), 'not JSON in UTF-8'],
    ['trailing bytes', file(one(), 9), 'and has'],
    ['missing bytes', file(one(), 7), 'and has'],
    ['a hole at the start', file(one([1], [4, 8])), 'a gap or overlaps before "a"'],
    ['a hole', file(`{"a":${entry([1], [0, 4])},"b":${entry([1], [8, 12])}}`, 12), 'before "b"'],
    ['an overlap', file(`{"a":${entry()},"b":${entry([1], [4, 8])}}`), 'before "b"'],
    ['the same bytes twice', file(`{"a":${entry()},"b":${entry()}}`), 'before "b"'],
    ['a name twice', file(`{"a":${entry([1], [0, 4])},"a":${entry()}}`), 'stands twice'],
    ['a name twice, once escaped', file(`{"a":${entry()},"\\u0061":${entry()}}`), 'stands twice'],
    ['a field twice', file(one().replace('{"dtype"', '{"dtype":"U8","dtype"')), 'stands twice'],
    ['metadata twice', file(`{"__metadata__":{},"__metadata__":{},"a":${entry()}}`), 'stands twice'],
    ['a key of the metadata twice', file('{"__metadata__":{"k":"1","k":"2"}}', 0), 'stands twice'],
    ['metadata that are a list', file('{"__metadata__":["k"]}', 0), 'object of strings'],
    ['metadata with a number', file('{"__metadata__":{"k":1}}', 0), 'object of strings'],
    ['metadata with an object', file('{"__metadata__":{"__proto__":{"k":"1"}}}', 0), 'object of strings'],
    ['an unknown type', file(one([2], [0, 8], 'F31')), 'of the type "F31"'],
    ['a type that objects inherit', file(one([2], [0, 8], 'constructor')), 'of the type "constructor"'],
    ['a type that is a number', file(one([2], [0, 8], 32)), 'of the type 32'],
    ['no type', file('{"a":{"shape":[2],"data_offsets":[0,8]}}'), 'of the type undefined'],
    ['a tensor that is null', file('{"a":null}'), 'no description of "a"'],
    ['a tensor that is a list', file('{"a":[1]}'), 'no description of "a"'],
    ['an unknown field', file(one().replace('{"dtype"', '{"stride":1,"dtype"')), 'unknown field "stride"'],
    ['a broken size', file(one([3.5])), 'of the shape [3.5]'],
    ['a size that is text', file(one(['4'])), 'of the shape ["4"]'],
    ['a negative size', file(one([-4])), 'of the shape [-4]'],
    ['two negative sizes', file(one([-1, -2])), 'of the shape [-1,-2]'],
    ['a size of 2^53', file(one([2 ** 53])), 'of the shape [9007199254740992]'],
    ['sizes beyond 2^53', file(one([2 ** 40, 2 ** 40])), 'which needs'],
    [
      'sizes beyond any number, and none',
      file(one([...Array<number>(30).fill(2 ** 52), 0])),
      'which needs NaN',
    ],
    ['a shape that is a number', file(one(2)), 'of the shape 2'],
    [
      'a shape that is nested deeply',
      file(`{"a":{"shape":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}}`),
      'of the',
    ],
    ['offsets that are negative', file(one([2], [-8, 0])), 'at [-8,0]'],
    ['offsets past the end', file(one([2], [8, 16])), 'a gap'],
    ['offsets that go backwards', file(one([2], [8, 0])), 'has -8 bytes for "a"'],
    ['offsets far past the end', file(one([2 ** 40], [0, 2 ** 42])), 'and has'],
    ['three offsets', file(one([2], [0, 8, 8])), 'at [0,8,8]'],
    ['one offset', file(one([2], [8])), 'at [8]'],
    ['offsets that are text', file(one([2], '08')), 'at "08"'],
    ['too few bytes for the shape', file(one([3])), 'has 8 bytes for "a", which needs 12'],
  ])('%s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(DataError);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });
});

describe('files that nobody wrote', () => {
  const whole = encodeSafetensors({ tensors: TENSORS, metadata: { k: 'v' } });
  const pieces = ['{', '}', '[', ']', '"', ':', ',', '-', '9', '1e9', 'null', '__proto__', 'F64'];
  /** Bytes written over, or put between, those at a place. */
  const change = fc.record({
    at: fc.nat(whole.length),
    over: fc.boolean(),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.constantFrom(...pieces).map((piece) => new TextEncoder().encode(piece)),
    ),
  });

  test('are read or refused: no other error, and no more numbers than the file has bytes', () => {
    let [read, refused] = [0, 0];
    const decode = (bytes: Uint8Array): void => {
      try {
        const tensors = [...decodeSafetensors(bytes).tensors.values()];
        const numbers = tensors.reduce((sum, { values }) => sum + values.byteLength, 0);
        expect(numbers).toBeLessThan(bytes.length);
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        refused++;
      }
    };
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        decode(
          changes.reduce(
            (mutated, { at, over, bytes }) =>
              Buffer.concat([
                mutated.subarray(0, at),
                bytes,
                mutated.subarray(over ? at + bytes.length : at),
              ]),
            whole,
          ),
        );
      }),
      { numRuns: 2000, seed: 1 },
    );
    expect(Math.min(read, refused)).toBeGreaterThan(100);
  });
});

test('any names, shapes and bits come back', () => {
  const arrays = fc.oneof(
    fc.float32Array({ maxLength: 6 }),
    fc.float64Array({ maxLength: 6 }),
    fc.int32Array({ maxLength: 6 }),
    fc.uint8Array({ maxLength: 6 }),
  );
  const names = fc.string({ unit: 'grapheme' }).filter((name) => name !== '__metadata__');
  fc.assert(
    fc.property(
      fc.dictionary(names, arrays),
      fc.dictionary(fc.string(), fc.string()),
      (numbers, metadata) => {
        const tensors = new Map(
          Object.entries(numbers).map(([name, values]) => [name, { shape: [values.length], values }]),
        );
        const read = decodeSafetensors(encodeSafetensors({ tensors, metadata }));
        expect(Object.entries(read.metadata)).toEqual(Object.entries(metadata));
        expect(bitsOfAll(read.tensors)).toEqual(bitsOfAll(tensors));
      },
    ),
    { numRuns: 100, seed: 1 },
  );
});
