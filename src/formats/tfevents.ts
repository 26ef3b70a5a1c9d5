/**
 * TensorBoard's event files: `Event` messages in the encoding of Protocol Buffers, each in a TFRecord frame with masked
 * CRC-32C (TensorFlow's core/lib/io/record_writer.cc, core/util/event.proto, core/framework/summary.proto).
 */
import { crc32c } from './crc32c.ts';

type Bytes = readonly number[];

/** Wire types of Protocol Buffers. */
const WIRE = { varint: 0, bits64: 1, bytes: 2, bits32: 5 } as const;

/** The number of each field in its message. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const SUMMARY = { value: 1 } as const;
const VALUE = { tag: 1, simpleValue: 2 } as const;
const SESSION_LOG = { status: 1 } as const;
const SESSION_START = 1;

/** The first record of a file. `wallTime` is in seconds since 1970. */
export function fileVersionRecord(wallTime: number): Uint8Array {
  return record(wallTime, 0, bytesField(EVENT.fileVersion, utf8('brain.Event:2')));
}

/** Says that a process begins at a step: TensorBoard forgets what files before this one have of it and later steps. */
export function sessionStartRecord(wallTime: number, step: number): Uint8Array {
  return record(wallTime, step, bytesField(EVENT.sessionLog, numberField(SESSION_LOG.status, SESSION_START)));
}

/** The values of scalars at a step, by their tags; stored as float32. */
export function scalarsRecord(
  wallTime: number,
  step: number,
  scalars: Readonly<Record<string, number>>,
): Uint8Array {
  const values = Object.entries(scalars).flatMap(([tag, value]) =>
    bytesField(SUMMARY.value, [...bytesField(VALUE.tag, utf8(tag)), ...floatField(VALUE.simpleValue, value)]),
  );
  return record(wallTime, step, bytesField(EVENT.summary, values));
}

/** One event in its frame: length, its checksum, the event, its checksum. */
function record(wallTime: number, step: number, what: Bytes): Uint8Array {
  const stepField = step === 0 ? [] : numberField(EVENT.step, step);
  const event = Uint8Array.from([...doubleField(EVENT.wallTime, wallTime), ...stepField, ...what]);
  const bytes = new Uint8Array(8 + 4 + event.length + 4);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(event.length), true);
  view.setUint32(8, maskedCrc(bytes.subarray(0, 8)), true);
  bytes.set(event, 12);
  view.setUint32(12 + event.length, maskedCrc(event), true);
  return bytes;
}

/** Turned and shifted, so that a checksum of bytes that hold checksums is still a good one. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** A non-negative integer, seven bits a byte, the lowest first. */
function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

const key = (field: number, wire: number): Bytes => varint(field * 8 + wire);

const numberField = (field: number, value: number): Bytes => [...key(field, WIRE.varint), ...varint(value)];

const bytesField = (field: number, bytes: Bytes): Bytes => [
  ...key(field, WIRE.bytes),
  ...varint(bytes.length),
  ...bytes,
];

function doubleField(field: number, value: number): Bytes {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return [...key(field, WIRE.bits64), ...new Uint8Array(view.buffer)];
}

function floatField(field: number, value: number): Bytes {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  return [...key(field, WIRE.bits32), ...new Uint8Array(view.buffer)];
}

const utf8 = (text: string): Bytes => [...new TextEncoder().encode(text)];
