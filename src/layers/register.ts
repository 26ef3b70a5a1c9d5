/** Every class of this package that a saved model may name, for the table in which tfjs looks such names up. */
import * as tf from '@tensorflow/tfjs';
import { ScaledDotProductAttention } from './attention.ts';
import { RandomCrop } from './augmentation/random-crop.ts';
import { RandomErasing } from './augmentation/random-erasing.ts';
import { RandomFlip } from './augmentation/random-flip.ts';
import { RandomRotation } from './augmentation/random-rotation.ts';
import { BatchNormalization } from './batch-normalization.ts';
import { DropConnect } from './drop-connect.ts';
import { Dropout } from './dropout.ts';
import { FeatureNormalization } from './feature-normalization.ts';
import { GaussianNoise } from './gaussian-noise.ts';
import { GroupNormalization } from './group-normalization.ts';
import { InstanceNormalization } from './instance-normalization.ts';
import { LayerNormalization } from './layer-normalization.ts';
import { PaddingMask } from './padding-mask.ts';
import { SeededInitializer } from './seeded-initializer.ts';
import { SpatialDropout } from './spatial-dropout.ts';
import { SpectralNormalization } from './spectral-normalization.ts';
import { WeightNormalization } from './weight-normalization.ts';

/** The layers and initializers of this package. */
export const SERIALIZABLE_CLASSES = [
  BatchNormalization,
  DropConnect,
  Dropout,
  FeatureNormalization,
  GaussianNoise,
  GroupNormalization,
  InstanceNormalization,
  LayerNormalization,
  PaddingMask,
  RandomCrop,
  RandomErasing,
  RandomFlip,
  RandomRotation,
  ScaledDotProductAttention,
  SeededInitializer,
  SpatialDropout,
  SpectralNormalization,
  WeightNormalization,
] as const;

/**
 * Lets `tf.loadLayersModel` read models with this package's layers, in a process that has made none of them yet: a
 * layer registers itself when it is made, and `loadModel` calls this.
 */
export function registerLayers(): void {
  for (const serializable of SERIALIZABLE_CLASSES) tf.serialization.registerClass(serializable);
}
