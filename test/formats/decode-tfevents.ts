/** Reads the event files of TensorBoard, as strictly as they can be read: every checksum, every byte. */
import { expect } from 'vitest';
import { crc32c } from '../../src/formats/crc32c.ts';

export interface DecodedEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly fileVersion?: string;
  readonly sessionStatus?: number;
  readonly scalars?: Readonly<Record<string, number>>;
}

/** The events inside their frames. */
export function decodeEvents(file: Uint8Array): DecodedEvent[] {
  return unframe(file).map(decodeEvent);
}

/** The contents of the frames. A checksum c is stored as (c rotated right by 15 bits) + 0xa282ead8. */
export function unframe(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const checked = (from: number, to: number): Uint8Array => {
    const part = file.subarray(from, to);
    const rotated = BigInt(crc32c(part));
    const mask = ((rotated >> 15n) + ((rotated << 17n) % 2n ** 32n) + 0xa282ead8n) % 2n ** 32n;
    expect(view.getUint32(to, true)).toBe(Number(mask));
    return part;
  };
  const records: Uint8Array[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    checked(at, at + 8);
    records.push(checked(at + 12, at + 12 + length));
    at += 16 + length;
  }
  return records;
}

type Field = readonly [number: number, value: number | Uint8Array];

function decodeEvent(bytes: Uint8Array): DecodedEvent {
  const fields = new Map(decodeMessage(bytes));
  const [wallTime, step = 0, version, summary, session] = [1, 2, 3, 5, 7].map((field) => fields.get(field));
  return {
    wallTime: Number(wallTime),
    step: Number(step),
    ...(version instanceof Uint8Array && { fileVersion: new TextDecoder().decode(version) }),
    ...(summary instanceof Uint8Array && { scalars: decodeScalars(summary) }),
    ...(session instanceof Uint8Array && { sessionStatus: Number(decodeMessage(session)[0]?.[1]) }),
  };
}

function decodeScalars(summary: Uint8Array): Record<string, number> {
  const values = decodeMessage(summary).map(([, value]) => new Map(decodeMessage(value as Uint8Array)));
  return Object.fromEntries(
    values.map((value) => [new TextDecoder().decode(value.get(1) as Uint8Array), Number(value.get(2))]),
  );
}

/** The fields of a Protocol Buffers message: varints, doubles, floats, byte strings. */
function decodeMessage(bytes: Uint8Array): Field[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = view.getUint8(at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): number => (at += length) - length;
  const fields: Field[] = [];
  while (at < bytes.length) {
    const key = varint();
    const read = [
      varint,
      () => view.getFloat64(take(8), true),
      () => {
        const length = varint();
        return bytes.subarray(take(length), at);
      },
      undefined,
      undefined,
      () => view.getFloat32(take(4), true),
    ][key % 8];
    if (read === undefined) throw new Error(`wire type ${key % 8}`);
    fields.push([Math.floor(key / 8), read()]);
  }
  return fields;
}
