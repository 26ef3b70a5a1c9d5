/** The lecture's formulas of adaptive learning rates, and the code that computes them. */
export const equations = [
  { equation: 'L = (u² + w²/κ) / 2', code: 'minimize({ objective })', part: 'objective', arm: 'gd' },
  { equation: 'θ ← θ − η g', code: 'sgd()', part: 'update', arm: 'gd' },
  {
    equation: 'σₜ = √(mean of g₀² … gₜ²), θ ← θ − η/σₜ g',
    code: "adagrad({ dialect: 'lecture' })",
    part: 'update',
    arm: 'adagradMean',
  },
  {
    equation: 'σₜ = √(g₀² + … + gₜ²), θ ← θ − η/σₜ g',
    code: 'adagrad()',
    part: 'update',
    arm: 'adagradSum',
  },
  {
    equation: 'σₜ = √(α σₜ₋₁² + (1 − α) gₜ²)',
    code: "rmsProp({ dialect: 'lecture' })",
    part: 'update',
    arm: 'rmsProp',
  },
  { equation: 'θ ← θ − η m̂ / (√v̂ + ε)', code: 'adam()', part: 'update', arm: 'adam' },
  { equation: 'θ ← θ − η rₜ m̂ / √v̂', code: 'radam()', part: 'update', arm: 'radamAtOnce' },
  {
    equation: 'ηₜ = η₀ until accuracy > 80 %, then η',
    code: 'sgd({ learningRate: conditionalWarmup() })',
    part: 'update',
    arm: 'warmedUp',
  },
] as const;
