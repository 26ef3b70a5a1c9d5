/** tfjs-recipes: training on TensorFlow.js. The table of contents, in the order of the pipeline; runs anywhere. */

// Errors and texts
export {
  BackendError,
  DataError,
  FileError,
  ModelError,
  OptionError,
  ShapeError,
  TfjsRecipesError,
} from './errors.ts';
export type { ErrorCode } from './errors.ts';
export type { Language, Text } from './text.ts';

// Where tensors live
export { restoreStock } from './backend/kernels.ts';
export { useBackend } from './backend/use-backend.ts';
export type { UseBackendOptions } from './backend/use-backend.ts';
export type { BackendInfo, BackendName } from './backend/backend-info.ts';

// Randomness
export { Rng } from './random/rng.ts';

// Data
export { Dataset } from './data/dataset.ts';
export type { DatasetFields, Splits, Task } from './data/dataset.ts';
export type { NumberArray } from './data/number-array.ts';
export { datasetFrom } from './data/dataset-from.ts';
export type { DatasetOptions } from './data/dataset-from.ts';
export { loadBreastCancer, loadDiabetes, loadDigits } from './data/load.ts';
export { applyStandardisation, standardise } from './data/standardise.ts';
export type { Standardisation } from './data/standardise.ts';
export { shuffleTargets } from './data/shuffle-targets.ts';
export { noisyLine } from './data/synthetic.ts';
export { batches, batchesPerEpoch } from './data/batches.ts';
export type { BatchRows } from './data/batches.ts';

// Models
export { dropout, Dropout } from './layers/dropout.ts';
export { initialize, kaimingNormalWeights, torchDefault, xavierUniformWeights } from './layers/initialize.ts';
export type { InitializationScheme } from './layers/initialize.ts';
export {
  kaimingNormal,
  kaimingUniform,
  orthogonal,
  torchLinear,
  truncatedNormal,
  xavierNormal,
  xavierUniform,
} from './layers/initializers.ts';
export { layerPaths, parameterPaths } from './layers/paths.ts';
export type { ParameterPath } from './layers/paths.ts';
export { stepRandom } from './layers/step-random.ts';
export type { StepRandom } from './layers/step-random.ts';

// Losses and metrics
export { crossEntropy } from './losses/cross-entropy.ts';
export { binaryCrossEntropy } from './losses/binary-cross-entropy.ts';
export { negativeLogLikelihood } from './losses/negative-log-likelihood.ts';
export { klDivergence } from './losses/kl-divergence.ts';
export { hinge } from './losses/hinge.ts';
export { absoluteError, huber, squaredError } from './losses/regression.ts';
export { customLoss } from './losses/custom-loss.ts';
export type { Logits, Loss, Probabilities } from './losses/loss.ts';
export { accuracy } from './metrics/metric.ts';
export type { Metric } from './metrics/metric.ts';

// Schedules and optimizers
export { constant } from './schedules/schedule.ts';
export type { LearningRate, Schedule } from './schedules/schedule.ts';
export {
  exponentialDecay,
  inverseSquareRootDecay,
  multiStepDecay,
  polynomialDecay,
  stepDecay,
} from './schedules/decay.ts';
export { cosineDecay, cosineRestarts } from './schedules/cosine.ts';
export { oneCycle, triangular } from './schedules/cyclic.ts';
export { exponentialWarmup, linearWarmup, transformerSchedule, untunedWarmup } from './schedules/warmup.ts';
export { warmupCosine } from './schedules/warmup-cosine.ts';
export { joinSchedules, scaleSchedule } from './schedules/combine.ts';
export { reduceOnPlateau } from './schedules/reduce-on-plateau.ts';
export { conditionalWarmup } from './schedules/conditional-warmup.ts';
export type { ScheduleController } from './schedules/controller.ts';
export { adagrad } from './optimizers/adagrad.ts';
export { adadelta } from './optimizers/adadelta.ts';
export { adam, adamW } from './optimizers/adam.ts';
export { adamax } from './optimizers/adamax.ts';
export { lamb, lars } from './optimizers/layer-wise.ts';
export { lion } from './optimizers/lion.ts';
export { nadam } from './optimizers/nadam.ts';
export { radam } from './optimizers/radam.ts';
export { rmsProp } from './optimizers/rms-prop.ts';
export { noDecayOnBiasesAndNorms } from './optimizers/build-optimizer.ts';
export type { ParameterGroup } from './optimizers/build-optimizer.ts';
export { composeOptimizer } from './optimizers/compose-optimizer.ts';
export { exponentialAverage, gradientDirection, momentumSum } from './optimizers/direction.ts';
export type { Direction } from './optimizers/direction.ts';
export {
  noMagnitude,
  rectifiedRootMeanSquare,
  rootMeanSquare,
  rootSumOfSquares,
} from './optimizers/magnitude.ts';
export type { Magnitude } from './optimizers/magnitude.ts';
export { clipByGlobalNorm, clipByNorm, clipByValue } from './optimizers/clip.ts';
export type { Clipping } from './optimizers/clip.ts';
export { Optimizer } from './optimizers/optimizer.ts';
export { sgd } from './optimizers/sgd.ts';
export type { UpdateRule } from './optimizers/update-rule.ts';

// Training
export { train } from './training/train.ts';
export type { TrainData, TrainOptions } from './training/train.ts';
export { minimize } from './training/minimize.ts';
export type { MinimizeOptions } from './training/minimize.ts';
export { evaluate } from './training/evaluate.ts';
export type { EvaluateOptions } from './training/evaluate.ts';
export type { Callback, Logs } from './training/callback.ts';
export type { Objective } from './training/trainable-objective.ts';

// Statistics
export { mean, median, standardDeviation } from './statistics/descriptive.ts';
export { tInterval, wilsonInterval } from './statistics/intervals.ts';
export { lineSurface } from './statistics/line-surface.ts';
export type { LineParameters, LineSurface } from './statistics/line-surface.ts';

// Results
export { History } from './result/history.ts';
export type { RunOutcome, Series } from './result/history.ts';
export { curves, rowsOf, scatter, surface } from './result/figure.ts';
export type { Figure } from './result/figure.ts';
export { atLeast, atMost, between } from './result/verdict.ts';
export type { Expectation, Verdict } from './result/verdict.ts';
export type { RecipeResult } from './result/recipe-result.ts';

// Recipes
export { defineRecipe } from './recipe/recipe.ts';
export type { AnyRecipe, Recipe, RecipeDefinition, RecipeText } from './recipe/recipe.ts';
export type { Claim } from './recipe/claim.ts';
export type { RunContext } from './recipe/run-context.ts';
export { meanIntervals } from './recipe/mean-intervals.ts';
export { Runs } from './recipe/runs.ts';
export { runRecipe } from './recipe/run-recipe.ts';
export type { RecipeProgress, RunRecipeOptions } from './recipe/run-recipe.ts';
