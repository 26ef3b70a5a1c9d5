import { expect, test } from 'vitest';
import { crc32c } from '../../src/formats/crc32c.ts';

const ascending = Uint8Array.from({ length: 32 }, (_, index) => index);

/** RFC 3720, appendix B.4; the first is the usual check value. */
test.each([
  [new TextEncoder().encode('123456789'), 0xe3069283],
  [new Uint8Array(32), 0x8a9136aa],
  [new Uint8Array(32).fill(0xff), 0x62a8ab43],
  [ascending, 0x46dd794e],
  [ascending.toReversed(), 0x113fdb5c],
  [new Uint8Array(), 0],
])('%o', (bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});
