/** The tolerances of the tests, by name, each with its reason. A test may not write its own number. */

/** Against closed forms in float64, after at most 10 steps in float32: each step rounds by about 1e-7 of its size. */
export const CLOSED_FORM_10 = 1e-6;
/** Against closed forms in float64, after at most 100 steps in float32. */
export const CLOSED_FORM_100 = 1e-5;
/** A single operation or a few in float32 (2^-23 = 1.2e-7, a few of them). */
export const SINGLE = 1e-6;
/** Sums of up to a few hundred float32 products in another order, relative to the largest sum. */
export const SUMS = 1e-5;
/** wasm against cpu, one operation and its gradients, relative: float32 sums of at most some hundred products in another order. */
export const BACKENDS_SINGLE = 2e-6;
/** What may be left where numbers near 1 cancel: a few times their rounding, 2^-24. */
export const CANCELLED = 2 ** -22;
/** wasm against cpu, the weights after a few steps, relative to the largest: each step adds the error of its gradients. */
export const BACKENDS_STEPS = 1e-5;
/** wasm against cpu on a smooth net: the loss after up to 400 steps, absolute (worst seen elsewhere 1.7e-6). */
export const BACKENDS_SMOOTH = 5e-6;
/** Central differences of a smooth loss in float32, step 1e-2: truncation h²/6 and rounding 1e-7/h, relative. */
export const CENTRAL_DIFFERENCES = 2e-3;
/** Float64 arithmetic in another order. */
export const DOUBLE = 1e-12;

/** Against PyTorch in float32 on functions of two numbers, up to 1000 steps, absolute: some ten roundings of a value near 1. */
export const GOLDEN_FUNCTIONS = 2e-6;
/** Against PyTorch in float32 on a smooth net, up to 400 steps, absolute: gradients are summed in another order. */
export const GOLDEN_SMOOTH = { losses: 5e-6, weights: 2e-5 };
/** Against PyTorch in float32 on a net with ReLU, up to 400 steps, absolute: a rounding may switch a unit a step earlier. */
export const GOLDEN_KINKED = { losses: 1e-4, weights: 5e-3 };

/** Against PyTorch in float32, ten steps of spectral normalisation, relative: at first uᵀWv is a small sum of large terms. */
export const GOLDEN_SPECTRAL = 1e-5;
/** A small model with the weights of PyTorch against its outputs in float64, relative: sums of some ten products in a few layers. */
export const BRIDGED_OUTPUTS = 1e-6;
/** A pixel between others against float64: its place has an error of 1e-6 pixels, and neighbours differ by a few units. */
export const INTERPOLATED = 1e-5;
/** A linear map against its transpose, ⟨Ax, y⟩ and ⟨x, Aᵀy⟩: two sums of some thousand products in float32, relative. */
export const TRANSPOSED = 1e-4;
/** Normal numbers on wasm against cpu, in standard deviations: ln and cos differ in their last bits. */
export const NORMAL_ACROSS_BACKENDS = 2e-6;

/** max |a − b| / max |b|; NaN and Infinity are never close to anything but the same number. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return absoluteError(a, b) / Math.max(...Array.from(b, Math.abs), Number.MIN_VALUE);
}

/** max |a − b|; Infinity where lengths differ or only one side is finite. */
export function absoluteError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const differences = Array.from(a, (value, i) =>
    Object.is(value, b[i]) ? 0 : Math.abs(value - (b[i] ?? Number.NaN)),
  );
  return differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(0, ...differences);
}
