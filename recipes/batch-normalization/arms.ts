/** The arms of `batch-normalization`: each a net, its data and how it is trained. */
import type { Net } from './net.ts';

export interface Arm extends Net {
  /** Cell nuclei as measured or standardised; digits standardised, as rows or as images. */
  readonly data: 'nuclei' | 'standardised nuclei' | 'digits' | 'images';
  readonly start: 'first' | 'second';
  readonly rate: number;
  readonly momentum: number;
  readonly batchSize: number;
  /** Updates, or passes over the training rows in whole batches. */
  readonly length: { readonly steps: number } | { readonly epochs: number };
  /** Whether the loss is looked at along the gradient. */
  readonly isProbed: boolean;
  /** Of the units behind the norms at every update. */
  readonly shift: number;
}

export interface ArmOptions {
  readonly depth: number;
  readonly units: number;
  readonly steps: number;
  readonly epochs: number;
  readonly shift: number;
}

export function armsOf({ depth, units, steps, epochs, shift }: ArmOptions) {
  const plain: Arm = {
    data: 'digits',
    hidden: Array.from({ length: depth }, () => units),
    activation: 'sigmoid',
    norm: 'none',
    place: 'before',
    share: 0.1,
    start: 'first',
    rate: 0.3,
    momentum: 0,
    batchSize: 64,
    length: { steps },
    isProbed: false,
    shift: 0,
  };
  const nuclei: Arm = {
    ...plain,
    hidden: [16],
    activation: 'relu',
    batchSize: 32,
    length: { steps: Math.ceil(1.5 * steps) },
  };
  const relu: Arm = { ...plain, activation: 'relu', rate: 0.3, length: { steps: Math.ceil(steps / 2) } };
  const average: Arm = {
    ...relu,
    hidden: [units, units, units],
    norm: 'batch',
    rate: 0.1,
    length: { steps: Math.ceil(0.3 * steps) },
  };
  // The rates are the best of those that pilots tried at 32 rows; they grow with the batch.
  const small = (norm: 'batch' | 'layer', batchSize: number): Arm => ({
    ...average,
    norm,
    momentum: 0.9,
    rate: ((norm === 'batch' ? 0.06 : 0.02) * batchSize) / 32,
    batchSize,
    length: { epochs },
  });
  const images: Arm = {
    ...relu,
    data: 'images',
    hidden: [8, 16, 16],
    momentum: 0.9,
    rate: 0.06,
    batchSize: 32,
    length: { epochs },
  };
  return {
    nuclei: { ...nuclei, data: 'nuclei', rate: 1e-3 },
    nucleiAgain: { ...nuclei, data: 'nuclei', rate: 1e-3, start: 'second' },
    nucleiStandardised: { ...nuclei, data: 'standardised nuclei', rate: 0.1 },
    sigmoid: { ...plain, isProbed: true },
    sigmoidAgain: { ...plain, start: 'second' },
    sigmoidBefore: { ...plain, norm: 'batch', isProbed: true },
    sigmoidAfter: { ...plain, norm: 'batch', place: 'after' },
    sigmoidShaken: { ...plain, norm: 'batch', shift },
    relu: { ...relu, isProbed: true },
    reluAgain: { ...relu, start: 'second', isProbed: true },
    reluBatch: { ...relu, norm: 'batch', isProbed: true },
    average10: average,
    average100: { ...average, share: 0.01 },
    average100Long: { ...average, share: 0.01, length: { steps: 2 * steps } },
    batchOf2: small('batch', 2),
    batchOf8: small('batch', 8),
    batchOf32: small('batch', 32),
    layerOf2: small('layer', 2),
    layerOf8: small('layer', 8),
    layerOf32: small('layer', 32),
    images,
    imagesBatch: { ...images, norm: 'batch' },
    imagesLayer: { ...images, norm: 'layer' },
    imagesInstance: { ...images, norm: 'instance' },
    imagesGroup: { ...images, norm: 'group' },
    imagesWeight: { ...images, norm: 'weight' },
    imagesSpectral: { ...images, norm: 'spectral', rate: 0.2 },
  } satisfies Record<string, Arm>;
}

export type ArmName = keyof ReturnType<typeof armsOf>;
