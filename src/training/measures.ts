/** What a step measures on request, as tensor operations inside it. */
import * as tf from '@tensorflow/tfjs';

/**
 * `gradientNorm`: ‖g‖ over all parameters, before any clipping. `updateRatio`: ‖Δθ‖ / ‖θ‖ over all parameters, about
 * 1e-3 in a healthy training (a rule of thumb of A. Karpathy's).
 */
export const MEASURES = ['gradientNorm', 'updateRatio'] as const;
export type Measure = (typeof MEASURES)[number];

/**
 * @param before - The parameters before the update; may be empty for `gradientNorm`.
 * @param after - The same parameters after it.
 */
export function measure(
  name: Measure,
  gradients: readonly tf.Tensor[],
  before: readonly tf.Tensor[],
  after: readonly tf.Tensor[],
): tf.Scalar {
  switch (name) {
    case 'gradientNorm':
      return norm(gradients);
    case 'updateRatio':
      return norm(after.map((tensor, index) => tensor.sub(before[index] ?? 0))).div(norm(before));
    default:
      return name satisfies never;
  }
}

/** The Euclidean norm of all entries together. */
function norm(tensors: readonly tf.Tensor[]): tf.Scalar {
  return tf.tidy(() =>
    tf
      .addN(tensors.map((tensor) => tensor.square().sum()))
      .sqrt()
      .asScalar(),
  );
}
