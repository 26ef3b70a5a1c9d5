/** Tries every backend for real: does it train correctly, and how fast does it multiply? For `tfjs-recipes doctor`. */
import * as tf from '@tensorflow/tfjs';
import { BACKEND_NAMES } from './backend-info.ts';
import type { BackendInfo, UnavailableBackend } from './backend-info.ts';
import { backendsWithKernels, restoreStock } from './kernels.ts';
import { activeBackend, openers } from './use-backend.ts';
import type { Openers } from './use-backend.ts';

/** A backend that trains correctly, with its measured speed. */
export interface WorkingBackend extends Omit<BackendInfo, 'others'> {
  /** Of one product of two square float32 matrices, in 10^9 operations a second; measured. */
  readonly gigaflops: number;
  /** Largest difference of a trained line from the closed form, relative. */
  readonly trainingError: number;
}

/** One backend of {@link examineBackends}. */
export type BackendExamination =
  (WorkingBackend & { readonly works: true }) | (UnavailableBackend & { readonly works: false });

/** Against float64 closed forms after ten float32 steps. */
const TRAINING_TOLERANCE = 1e-6;
/** A product that takes this long, in milliseconds, is long enough to time. */
const LONG_ENOUGH = 50;
const LARGEST_MATRIX = 4096;

/**
 * Opens, tests and times each backend, in about a second. Afterwards the backend that was active is active again
 * (cpu if there was none), and kernels installed only for the test are gone.
 */
export function examineBackends(): Promise<BackendExamination[]> {
  return examineWith(openers());
}

/** {@link examineBackends} with the ways to open each backend handed in. */
export async function examineWith(open: Openers): Promise<BackendExamination[]> {
  const previous = activeBackend() ?? 'cpu';
  const installedBefore = backendsWithKernels();
  const examinations: BackendExamination[] = [];
  try {
    for (const name of BACKEND_NAMES) {
      const result = await open[name]();
      examinations.push('reason' in result ? { ...result, works: false } : await examine(result));
    }
  } finally {
    for (const name of backendsWithKernels()) if (!installedBefore.includes(name)) restoreStock(name);
    await tf.setBackend(previous);
  }
  return examinations;
}

async function examine(info: Omit<BackendInfo, 'others'>): Promise<BackendExamination> {
  const { name } = info;
  const broken = (reason: string): BackendExamination => ({
    name,
    works: false,
    reason,
    cure: 'use another backend, and report this with the versions of Node and tfjs',
  });
  try {
    const trainingError = await trainLine();
    if (!(trainingError <= TRAINING_TOLERANCE)) {
      return broken(`a line trained on it is off by ${trainingError.toExponential(1)} of the closed form`);
    }
    return { ...info, works: true, trainingError, gigaflops: await measureProduct() };
  } catch (error) {
    return broken(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Ten steps of gradient descent on the line y = 2x + 1 through x = −1, −½, ½, 1. The mean of x is 0, so that each
 * weight goes its own way: after t steps it is target · (1 − (1 − 2·rate·curvature)^t), curvature = mean x² = 5/8
 * for the slope and 1 for the intercept.
 */
async function trainLine(): Promise<number> {
  const rate = 0.1;
  const steps = 10;
  const positions = [-1, -0.5, 0.5, 1];
  const inputs = tf.tensor2d(positions.map((x) => [x, 1]));
  const targets = tf.tensor2d(positions.map((x) => [2 * x + 1]));
  const loss = (weights: tf.Tensor): tf.Tensor => tf.matMul(inputs, weights).sub(targets).square().mean();
  let weights: tf.Tensor = tf.zeros([2, 1]);
  for (let step = 0; step < steps; step++) {
    const next = tf.tidy(() => weights.sub(tf.grad(loss)(weights).mul(rate)));
    weights.dispose();
    weights = next;
  }
  const [slope = Number.NaN, intercept = Number.NaN] = await weights.data();
  tf.dispose([inputs, targets, weights]);
  const exact = (target: number, curvature: number): number =>
    target * (1 - (1 - 2 * rate * curvature) ** steps);
  return Math.max(Math.abs(slope / exact(2, 0.625) - 1), Math.abs(intercept / exact(1, 1) - 1));
}

/** Doubles the matrices until one product takes long enough; each size is run once before it is timed. */
async function measureProduct(): Promise<number> {
  for (let size = 128; ; size *= 2) {
    await multiply(size);
    const milliseconds = await multiply(size);
    if (milliseconds >= LONG_ENOUGH || size === LARGEST_MATRIX) return (2 * size ** 3) / (milliseconds * 1e6);
  }
}

async function multiply(size: number): Promise<number> {
  const [a, b] = [tf.ones([size, size]), tf.ones([size, size])];
  await b.data();
  const start = performance.now();
  const product = tf.matMul(a, b);
  await product.data();
  const milliseconds = performance.now() - start;
  tf.dispose([a, b, product]);
  return milliseconds;
}
