/** The lecture's formulas of model bias, and the code that computes them. */
export const equations = [
  { equation: 'y = b + w x', code: 'outputsOf(), activation none', part: 'objective', arm: 'line' },
  {
    equation: 'y = b + Σ c σ(b + w x)',
    code: 'outputsOf(), activation sigmoid',
    part: 'objective',
    arm: 'sigmoids',
  },
  {
    equation: 'y = b + Σ c max(0, b + w x)',
    code: 'outputsOf(), activation relu',
    part: 'objective',
    arm: 'relu6',
  },
  {
    equation: 'a = max(0, b + W x)',
    code: "tf.layers.dense({ activation: 'relu' })",
    part: 'dense',
    arm: 'layers1',
  },
  { equation: 'L = (1/N) Σ |y − ŷ|', code: 'absoluteError()', part: 'loss', arm: 'layers1' },
  { equation: 'g = ∇L(θ)', code: 'tf.variableGrads', part: 'gradient', arm: 'layers1' },
  { equation: 'θ ← θ − η m̂ / (√v̂ + ε)', code: 'adam()', part: 'update', arm: 'layers1' },
] as const;
