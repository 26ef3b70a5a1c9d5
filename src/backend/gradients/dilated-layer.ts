/**
 * `tf.layers.conv2d` with a dilation. tfjs computes it by `tf.fused.conv2d`, whose gradient refuses dilations and is out of
 * the registry's reach; here it is `tf.conv2d`, whose gradient is ours.
 */
import * as tf from '@tensorflow/tfjs';

/** What a layer of the class Conv2D has; tfjs declares most of it protected. */
interface Convolution {
  readonly kernel: tf.LayerVariable;
  readonly bias: tf.LayerVariable | null;
  readonly strides: [number, number];
  readonly padding: 'same' | 'valid';
  readonly dataFormat: 'channelsFirst' | 'channelsLast';
  readonly dilationRate: [number, number];
  readonly activation: { apply(x: tf.Tensor): tf.Tensor };
}

type Call = (this: Convolution, inputs: tf.Tensor | tf.Tensor[], ...rest: unknown[]) => tf.Tensor;

/** Where all layers of the class find their `call`, which they inherit. */
interface Prototype {
  call: Call;
}

export function installDilatedLayer(): void {
  const prototype = convolutionPrototype();
  const stock = prototype.call;
  prototype.call = function (inputs, ...rest) {
    const isDilated = this.dilationRate.some((rate) => rate !== 1);
    return isDilated ? tf.tidy(() => convolve(this, inputs)) : stock.call(this, inputs, ...rest);
  };
}

export function removeDilatedLayer(): void {
  Reflect.deleteProperty(convolutionPrototype(), 'call');
}

function convolutionPrototype(): Prototype {
  const [layerClass] = tf.serialization.SerializationMap.getMap().classNameMap['Conv2D'] ?? [];
  if (layerClass === undefined) throw new Error('tfjs has no layer class Conv2D');
  return layerClass.prototype as Prototype;
}

function convolve(layer: Convolution, inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  const { kernel, bias, strides, padding, dataFormat, dilationRate, activation } = layer;
  const isFirst = dataFormat === 'channelsFirst';
  const [x] = Array.isArray(inputs) ? inputs : [inputs];
  if (x === undefined) throw new TypeError('a convolution has one input');
  const images = (isFirst ? x.transpose([0, 2, 3, 1]) : x) as tf.Tensor4D;
  const output = tf.conv2d(images, kernel.read() as tf.Tensor4D, strides, padding, 'NHWC', dilationRate);
  const biased = bias === null ? output : output.add(bias.read());
  return activation.apply(isFirst ? biased.transpose([0, 3, 1, 2]) : biased);
}
