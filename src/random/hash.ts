/** MurmurHash3 x86_32 of a string's UTF-8 bytes (Appleby 2008, public domain), for naming random streams. */

/**
 * @param seed - An unsigned 32-bit integer; two seeds give two independent hashes. @default 0
 * @returns An unsigned 32-bit integer.
 */
export function hash32(text: string, seed = 0): number {
  const bytes = new TextEncoder().encode(text);
  const view = new DataView(bytes.buffer);
  const tail = bytes.length & ~3;
  let hash = seed;
  for (let i = 0; i < tail; i += 4) {
    hash ^= scramble(view.getUint32(i, true));
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  let rest = 0;
  for (let i = bytes.length - 1; i >= tail; i--) rest = (rest << 8) | (bytes[i] ?? 0);
  hash ^= scramble(rest);
  return finish(hash ^ bytes.length);
}

function scramble(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
