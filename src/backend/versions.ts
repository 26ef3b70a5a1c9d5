/** The versions that every backend reports. */
import * as tf from '@tensorflow/tfjs';

/** tfjs, and Node where this is Node. */
export function platformVersions(): Record<string, string> {
  const versions = { tfjs: tf.version.tfjs };
  return tf.env().getBool('IS_NODE') ? { ...versions, node: process.versions.node } : versions;
}
