/** CRC-32C: the checksum with Castagnoli's polynomial (RFC 3720, appendix B.4). */

/** The polynomial with its bits reversed. */
const POLYNOMIAL = 0x82f63b78;

/** What each value of a byte adds. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? POLYNOMIAL : 0);
  return rest;
});

/** A number in [0, 2³²). */
export function crc32c(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) rest = (rest >>> 8) ^ (TABLE[(rest ^ byte) & 0xff] ?? 0);
  return (rest ^ 0xffffffff) >>> 0;
}
