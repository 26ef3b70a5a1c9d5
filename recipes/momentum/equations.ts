/** The lecture's formulas of momentum, and the code that computes them. */
export const equations = [
  {
    equation: 'L(x) = 0.05 x² + A exp(−(x − 2)² / 0.08)',
    code: 'bump',
    part: 'objective',
    arm: 'momentum',
    training: 'bump',
  },
  { equation: 'g = ∇L(x)', code: 'tf.variableGrads', part: 'gradient', arm: 'momentum', training: 'bump' },
  {
    equation: 'm ← λ m − η g, as v ← λ v + g, m = −η v',
    code: 'sgd({ momentum })',
    part: 'update',
    arm: 'momentum',
    training: 'bump',
  },
  { equation: 'θ ← θ + m', code: 'sgd({ momentum })', part: 'update', arm: 'momentum', training: 'bump' },
  {
    equation: 'Nesterov: θ ← θ − η (g + λ v), v ← λ v + g',
    code: 'sgd({ momentum, nesterov })',
    part: 'update',
    arm: 'nesterov',
    training: 'bump',
  },
  {
    equation: 'y = b′ + W′ tanh(b + W x)',
    code: 'tf.layers.dense',
    part: 'dense',
    arm: 'momentum',
    training: 'full batch',
  },
  {
    equation: 'L = −(1/N) Σ ln p(label)',
    code: 'crossEntropy()',
    part: 'loss',
    arm: 'momentum',
    training: 'full batch',
  },
] as const;
