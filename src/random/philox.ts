/**
 * Philox 4x32-10, a counter-based random generator: four 32-bit words of output are a pure function of
 * a 128-bit counter and a 64-bit key (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
 */

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** The name of a stream: Philox's key (words 0, 1) and the high half of its counter (words 2, 3). */
export type StreamKey = readonly [number, number, number, number];

/**
 * Draws `first … first + output.length − 1` of a stream, as 32-bit words: draw i is lane i mod 4 of
 * Philox(key, counter + ⌊i/4⌋ on the low 64 bits). Equal, bit for bit, to TensorFlow's
 * `StatelessRandomUniformFullIntV2` with alg 1.
 *
 * @param first - The number of the first draw, an integer ≥ 0 below 2^53.
 */
export function fillPhilox<Words extends Uint32Array | Int32Array>(
  key: StreamKey,
  first: number,
  output: Words,
): Words {
  const [key0, key1, high0, high1] = key;
  const lanes = new Uint32Array(4);
  let block = Math.floor(first / 4);
  let lane = first % 4;
  for (let i = 0; i < output.length; block++) {
    philox4x32([block, Math.floor(block / 0x1_0000_0000), high0, high1], [key0, key1], lanes);
    for (; lane < 4 && i < output.length; lane++) output[i++] = lanes[lane] ?? 0;
    lane = 0;
  }
  return output;
}

/** The function itself: four words from a counter of four words (lowest first) and a key of two. */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
  output: Uint32Array,
): Uint32Array {
  let [key0, key1] = key;
  let [c0, c1, c2, c3] = counter;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ key0;
    c1 = low1;
    c2 = high0 ^ c3 ^ key1;
    c3 = low0;
    key0 = (key0 + WEYL_0) | 0;
    key1 = (key1 + WEYL_1) | 0;
  }
  output[0] = c0;
  output[1] = c1;
  output[2] = c2;
  output[3] = c3;
  return output;
}

/** The high 32 bits of the 64-bit product of two unsigned 32-bit integers, by 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = (middle & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x1_0000) + Math.floor(carry / 0x1_0000)) | 0;
}
