/** The lecture's formulas of momentum, and the code that computes them. */
export const equations = [
  { equation: 'm₀ = 0', code: 'sgd({ momentum })', part: 'update' },
  { equation: 'm ← λ m − η g', code: 'sgd({ momentum })', part: 'update' },
  { equation: 'θ ← θ + m', code: 'sgd({ momentum })', part: 'update' },
  {
    equation: 'Nesterov: θ ← θ − η (g + λ v), v ← λ v + g',
    code: 'sgd({ momentum, nesterov })',
    part: 'update',
  },
  { equation: 'g = ∇L(θ)', code: 'tf.variableGrads', part: 'gradient' },
  { equation: 'L(x) = 0.05 x² + A exp(−(x − 2)² / 0.08)', code: 'bump', part: 'objective' },
  { equation: 'y = b′ + W′ tanh(b + W x)', code: 'tf.layers.dense', part: 'dense' },
  { equation: 'L = −(1/N) Σ ln p(label)', code: 'crossEntropy()', part: 'loss' },
] as const;
