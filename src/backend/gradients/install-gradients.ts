/** Puts this package's gradients into tfjs and takes them out again: tfjs has one for each kernel, for all backends. */
import * as tf from '@tensorflow/tfjs';
import { installDilatedLayer, removeDilatedLayer } from './dilated-layer.ts';
import { findGradient } from './gradient.ts';
import { ownGradients } from './own-gradients.ts';

/** What stood in place of each of ours; undefined where tfjs has none. Empty while ours are not installed. */
const stock = new Map<string, tf.GradConfig | undefined>();

/** Does nothing while they are installed. */
export function installGradients(): void {
  if (stock.size > 0) return;
  for (const ours of ownGradients()) {
    stock.set(ours.kernelName, findGradient(ours.kernelName));
    replace(ours.kernelName, ours);
  }
  installDilatedLayer();
}

/** Does nothing where they are not installed. */
export function removeGradients(): void {
  if (stock.size === 0) return;
  removeDilatedLayer();
  for (const [kernelName, config] of stock) replace(kernelName, config);
  stock.clear();
}

/** tfjs warns in debug mode when a gradient is registered over another, so the old one goes first. */
function replace(kernelName: string, config: tf.GradConfig | undefined): void {
  if (findGradient(kernelName) !== undefined) tf.unregisterGradient(kernelName);
  if (config !== undefined) tf.registerGradient(config);
}
