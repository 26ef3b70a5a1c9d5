import { describe, expect, test } from 'vitest';
import { fileVersionRecord, scalarsRecord, sessionStartRecord } from '../../src/formats/tfevents.ts';
import { decodeEvents, unframe } from './decode-tfevents.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const plain = (spaced: string): string => spaced.replaceAll(/\s/g, '');

describe('the bytes', () => {
  test('of a whole record are those of TensorBoard 2.21', () => {
    expect(hex(fileVersionRecord(1.5))).toBe(
      // 24 bytes, their checksum; wall_time 1.5, file_version "brain.Event:2"; checksum
      plain('1800000000000000 a37f4b22 09000000000000f83f 1a0d627261696e2e4576656e743a32 2a28646c'),
    );
  });

  test.each<[string, Uint8Array, string]>([
    ['a session at step 300', sessionStartRecord(1.5, 300), '09000000000000f83f 10ac02 3a020801'],
    ['a session at step 0', sessionStartRecord(1.5, 0), '09000000000000f83f 3a020801'],
    [
      'three scalars at a step beyond 31 bits',
      scalarsRecord(1.5, 3e9, { 'train/loss': 0.5, η: 0, n: Number.NaN }),
      // value { tag "train/loss", simple_value 0.5 }, value { tag "η", … 0 }, value { tag "n", … NaN }
      `09000000000000f83f 1080bcc1960b 2a28
       0a11 0a0a747261696e2f6c6f7373 150000003f 0a09 0a02ceb7 1500000000 0a08 0a016e 150000c07f`,
    ],
  ])('of %s are those of its protobuf', (_, record, expected) => {
    expect(unframe(record).map(hex)).toEqual([plain(expected)]);
  });
});

test('all that can be said comes back: long names, any characters, a step of 53 bits', () => {
  const name = `a "name"\n${'名'.repeat(100)}`;
  const step = Number.MAX_SAFE_INTEGER;
  const scalars = { [name]: -1.5, '': Number.POSITIVE_INFINITY };
  expect(decodeEvents(scalarsRecord(1e9 + 0.25, step, scalars))).toEqual([
    { wallTime: 1e9 + 0.25, step, scalars },
  ]);
});
