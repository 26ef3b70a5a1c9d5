/** The gradients that this package adds to tfjs or replaces there, on every backend. */
import type * as tf from '@tensorflow/tfjs';
import { borderPoolingGradients } from './border-pooling.ts';
import { broadcastingGradients } from './broadcasting.ts';
import { convolutionGradients } from './convolutions.ts';
import { einsumGradient } from './einsum.ts';
import { movementGradients } from './movements.ts';
import { resizingGradients } from './resizing.ts';
import { scanGradients } from './scans.ts';
import { stepGradients } from './steps.ts';

/**
 * First-order gradients, made of tensor operations on saved inputs, so that they have gradients themselves. Some use
 * the gradient that is registered now.
 */
export const ownGradients = (): tf.GradConfig[] => [
  ...stepGradients(),
  ...broadcastingGradients(),
  ...movementGradients(),
  ...scanGradients(),
  einsumGradient(),
  ...convolutionGradients(),
  ...borderPoolingGradients(),
  ...resizingGradients(),
];
