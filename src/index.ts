/** tfjs-recipes: training on TensorFlow.js. The table of contents, in the order of the pipeline; runs anywhere. */

// Errors and texts
export {
  BackendError,
  DataError,
  DivergenceError,
  FileError,
  ModelError,
  OptionError,
  ShapeError,
  TfjsRecipesError,
} from './errors.ts';
export type { Text } from './text.ts';

// Where tensors live
export { restoreStock } from './backend/kernels.ts';
export { useBackend } from './backend/use-backend.ts';
export type { BackendInfo } from './backend/backend-info.ts';

// Randomness
export { Rng } from './random/rng.ts';

// Data
export { Dataset } from './data/dataset.ts';
export type { Splits, Task } from './data/dataset.ts';
export { datasetFrom } from './data/dataset-from.ts';
export { loadBreastCancer, loadDiabetes, loadDigits } from './data/load.ts';
export { applyStandardisation, standardise } from './data/standardise.ts';
export { shuffleTargets } from './data/shuffle-targets.ts';
export { gaussianBlobs } from './data/gaussian-blobs.ts';
export { noisyLine } from './data/synthetic.ts';
export { weeklySeries } from './data/weekly-series.ts';
export { batches } from './data/batches.ts';

// Models: weights
export { initialize, kaimingNormalWeights, torchDefault, xavierUniformWeights } from './layers/initialize.ts';
export {
  kaimingNormal,
  kaimingUniform,
  orthogonal,
  torchLinear,
  truncatedNormal,
  xavierNormal,
  xavierUniform,
} from './layers/initializers.ts';
export { parameterPaths } from './layers/paths.ts';
export { registerLayers } from './layers/register.ts';
export type { ParameterPath } from './layers/paths.ts';

// Models: normalisation
export { batchNormalization } from './layers/batch-normalization.ts';
export { featureNormalization } from './layers/feature-normalization.ts';
export { groupNormalization } from './layers/group-normalization.ts';
export { instanceNormalization } from './layers/instance-normalization.ts';
export { layerNormalization } from './layers/layer-normalization.ts';
export { spectralNormalization } from './layers/spectral-normalization.ts';
export { weightNormalization } from './layers/weight-normalization.ts';

// Models: randomness in training, augmentation
export { dropConnect } from './layers/drop-connect.ts';
export { dropout } from './layers/dropout.ts';
export { gaussianNoise } from './layers/gaussian-noise.ts';
export { spatialDropout } from './layers/spatial-dropout.ts';
export { randomCrop } from './layers/augmentation/random-crop.ts';
export { randomErasing } from './layers/augmentation/random-erasing.ts';
export { randomFlip } from './layers/augmentation/random-flip.ts';
export { randomRotation } from './layers/augmentation/random-rotation.ts';
export { stepRandom } from './layers/step-random.ts';

// Models: blocks
export { scaledDotProductAttention } from './layers/attention.ts';
export { multiHeadAttention } from './layers/blocks/multi-head-attention.ts';
export { denseResidualBlock, residualBlock } from './layers/blocks/residual-block.ts';
export { transformerBlock } from './layers/blocks/transformer-block.ts';

// Models: weights of PyTorch
export { loadStateDict, toStateDict } from './weights/state-dict.ts';
export { decodeSafetensors, encodeSafetensors } from './formats/safetensors.ts';

// Losses and metrics
export { crossEntropy } from './losses/cross-entropy.ts';
export { binaryCrossEntropy } from './losses/binary-cross-entropy.ts';
export { negativeLogLikelihood } from './losses/negative-log-likelihood.ts';
export { klDivergence } from './losses/kl-divergence.ts';
export { hinge } from './losses/hinge.ts';
export { absoluteError, huber, squaredError } from './losses/regression.ts';
export { customLoss } from './losses/custom-loss.ts';
export type { Logits, Loss, Probabilities } from './losses/loss.ts';
export { accuracy, topKAccuracy } from './metrics/accuracy.ts';
export { auc } from './metrics/auc.ts';
export { calibrationError } from './metrics/calibration-error.ts';
export { confusionMatrix } from './metrics/confusion-matrix.ts';
export { f1, perClass, precision, recall } from './metrics/per-class.ts';
export { rSquared } from './metrics/r-squared.ts';
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
export { composeOptimizer } from './optimizers/compose-optimizer.ts';
export { exponentialAverage, gradientDirection, momentumSum } from './optimizers/direction.ts';
export {
  noMagnitude,
  rectifiedRootMeanSquare,
  rootMeanSquare,
  rootSumOfSquares,
} from './optimizers/magnitude.ts';
export { clipByGlobalNorm, clipByNorm, clipByValue } from './optimizers/clip.ts';
export { Optimizer } from './optimizers/optimizer.ts';
export { sgd } from './optimizers/sgd.ts';

// Training
export { train } from './training/train.ts';
export type { TrainData, TrainOptions } from './training/train-options.ts';
export type { Callback, Logs } from './training/callback.ts';
export type { CheckpointStore } from './training/checkpoint.ts';
export { earlyStopping } from './training/early-stopping.ts';
export { evaluate } from './training/evaluate.ts';
export { findLearningRate } from './training/find-learning-rate.ts';
export { gradientNoiseScale } from './training/gradient-noise-scale.ts';
export { lossAlongGradient } from './training/loss-along-gradient.ts';
export { minimize } from './training/minimize.ts';
export { predict } from './training/predict.ts';
export { summary } from './training/summary.ts';
export type { Objective } from './training/trainable-objective.ts';

// Statistics
export { mean, median } from './statistics/descriptive.ts';
export { lineSurface } from './statistics/line-surface.ts';
export { piecewiseLinear } from './statistics/piecewise-linear.ts';

// Results
export { History } from './result/history.ts';
export type { RunOutcome } from './result/history.ts';
export { curves, multiples, rowsOf, scatter, surface } from './result/figure.ts';
export type { Figure } from './result/figure.ts';
export { atLeast, atMost, between } from './result/verdict.ts';
export type { Verdict } from './result/verdict.ts';
export type { RecipeResult } from './result/recipe-result.ts';

// Recipes
export type { Claim } from './recipe/claim.ts';
export type { RunContext } from './recipe/run-context.ts';
export { defineRecipe } from './recipe/recipe.ts';
export type { AnyRecipe, Recipe } from './recipe/recipe.ts';
export { meanIntervals } from './recipe/mean-intervals.ts';
export type { Runs } from './recipe/runs.ts';
export { runRecipe } from './recipe/run-recipe.ts';
