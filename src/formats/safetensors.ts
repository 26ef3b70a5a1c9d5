/**
 * The safetensors format (Hugging Face; safetensors 0.8): 8 bytes of header length, a JSON header, then the numbers of
 * all tensors in one piece, little-endian. The reader is strict: every byte is accounted for or the file is refused, and
 * what it says of sizes is checked before anything is allocated.
 */
import { DataError, quote } from '../errors.ts';

/** The numbers of a tensor; its element type says how they are stored: F32, F64, I32, U8. */
export type StoredNumbers = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A tensor in row-major order. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: StoredNumbers;
}

/** What a file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A tensor as the header has it: its bytes go from `begin` to before `end`, counted after the header. */
interface Entry {
  readonly name: string;
  readonly type: TypeName;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const METADATA = '__metadata__';
/** Numbers begin at a multiple of this, so that no type stands across its own alignment. */
const ALIGNMENT = 8;
/** What Hugging Face's reader accepts too. */
const LONGEST_HEADER = 100_000_000;

const TYPES = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array } as const;
type TypeName = keyof typeof TYPES;

/** The bytes of a file. Wide types come first, so that every tensor is aligned. */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer> {
  const ordered = [...tensors].toSorted(
    ([, { values: a }], [, { values: b }]) => b.BYTES_PER_ELEMENT - a.BYTES_PER_ELEMENT,
  );
  let end = 0;
  const entries = ordered.map(([name, { shape, values }]): [string, unknown] => {
    if (name === METADATA) throw new DataError(`safetensors: ${METADATA} cannot be the name of a tensor`);
    if (sizeOf(shape) !== values.length)
      throw new DataError(
        `safetensors: ${quote(name)} has ${values.length} numbers for [${shape.join(', ')}]`,
      );
    const begin = end;
    end += values.byteLength;
    return [name, { dtype: typeOf(values), shape, data_offsets: [begin, end] }];
  });
  // An object of all entries would lose `__proto__` and move "0" to the front.
  const members = [[METADATA, metadata] as const, ...entries].map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  const header = new TextEncoder().encode(`{${members.join(',')}}`);
  const start = 8 + Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(start + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(start - 8), true);
  file.set(header, 8);
  file.fill(0x20, 8 + header.length, start); // spaces
  let at = start;
  for (const [, { values }] of ordered) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return file;
}

/** What a file holds, or a DataError that says what is wrong with it. */
export function decodeSafetensors(file: Uint8Array): Safetensors {
  const start = startOfNumbers(file);
  const { entries, metadata } = readHeader(file.subarray(8, start));
  let expected = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== expected) throw broken(`leaves a gap or overlaps before ${quote(name)}`);
    expected = end;
  }
  if (start + expected !== file.byteLength)
    throw broken(`describes ${start + expected} bytes and has ${file.byteLength}`);
  const tensors = entries.map(({ name, type, shape, begin, end }): [string, StoredTensor] => {
    // A copy: the numbers of a file need not stand where their type wants them.
    const bytes = new Uint8Array(file.subarray(start + begin, start + end));
    return [name, { shape, values: new TYPES[type](bytes.buffer) }];
  });
  return { tensors: new Map(tensors), metadata };
}

function startOfNumbers(file: Uint8Array): number {
  if (file.byteLength < 8)
    throw broken(`has ${file.byteLength} bytes, fewer than the length of its header needs`);
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  const most = Math.min(file.byteLength - 8, LONGEST_HEADER);
  if (length > BigInt(most))
    throw broken(`says that its header has ${length} bytes, which can be ${most} at most`);
  return 8 + Number(length);
}

function readHeader(bytes: Uint8Array): { entries: Entry[]; metadata: Record<string, string> } {
  if (bytes[0] !== 0x7b) throw broken('has a header that does not begin with {');
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch {
    throw broken('has a header that is not JSON in UTF-8');
  }
  if (!isRecord(header)) throw broken('has a header that is not an object');
  const { [METADATA]: metadata = {}, ...others } = header;
  if (!isTexts(metadata)) throw broken(`has ${METADATA} that is not an object of strings`);
  const entries = Object.entries(others).map(([name, entry]) => readEntry(name, entry));
  // `JSON.parse` keeps the last of two equal keys. An entry has three keys of its own, which `readEntry` has seen.
  const keys = Object.keys(header).length + Object.keys(metadata).length + 3 * entries.length;
  if (countKeys(text) !== keys) throw broken('has a header with a key that stands twice');
  return { entries, metadata };
}

function readEntry(name: string, entry: unknown): Entry {
  const what = quote(name);
  if (!isRecord(entry)) throw broken(`has no description of ${what}`);
  const { dtype, shape, data_offsets: offsets, ...others } = entry;
  for (const field of Object.keys(others)) throw broken(`has an unknown field ${quote(field)} of ${what}`);
  const type = Object.keys(TYPES).find((known): known is TypeName => known === dtype);
  if (type === undefined)
    throw broken(
      `has ${what} of the type ${quote(dtype)}, which is not one of ${Object.keys(TYPES).join(', ')}`,
    );
  if (!isSizes(shape)) throw broken(`has ${what} of the shape ${quote(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2) throw broken(`has ${what} at ${quote(offsets)}`);
  const [begin = 0, end = 0] = offsets;
  const bytes = sizeOf(shape) * TYPES[type].BYTES_PER_ELEMENT;
  if (end - begin !== bytes) throw broken(`has ${end - begin} bytes for ${what}, which needs ${bytes}`);
  return { name, type, shape, begin, end };
}

/** How many keys JSON has, double ones included: its colons outside of strings. */
function countKeys(text: string): number {
  let keys = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') inString = !inString;
    else if (inString && character === '\\') i++;
    else if (!inString && character === ':') keys++;
  }
  return keys;
}

function typeOf(values: StoredNumbers): TypeName {
  if (values instanceof Float32Array) return 'F32';
  if (values instanceof Float64Array) return 'F64';
  return values instanceof Int32Array ? 'I32' : 'U8';
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, axis) => size * axis, 1);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is Record<string, string> =>
  isRecord(value) && Object.values(value).every((text) => typeof text === 'string');

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

const broken = (problem: string): DataError => new DataError(`safetensors: the file ${problem}`);
