/** The lecture's formulas of batch size, and the code that computes them. */
export const equations = [
  { equation: 'a = tanh(W x + b), y = W′ a + b′', code: 'tf.layers.dense()', part: 'dense' },
  { equation: 'L = (1/B) Σ e over the batch', code: 'crossEntropy()', part: 'loss' },
  { equation: 'g = (1/B) Σ ∇e over the batch', code: 'train({ batchSize })', part: 'gradient' },
  { equation: 'θ ← θ − η g', code: 'sgd({ learningRate })', part: 'update' },
  {
    equation: 'η(t) = k η min(1, t / T), k = B′ / B',
    code: 'sgd({ learningRate: linearWarmup() })',
    part: 'update',
    arm: 'scaled',
  },
] as const;
