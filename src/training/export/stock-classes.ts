/** The classes that tfjs-layers 4.22 itself registers: what a model may name that stock tfjs is to open. */

const LAYERS =
  'InputLayer Model Functional Sequential ReLU LeakyReLU PReLU ELU ThresholdedReLU Softmax Conv1D Conv2D Conv3D ' +
  'Conv2DTranspose Conv3DTranspose SeparableConv2D DepthwiseConv2D Cropping2D UpSampling2D ZeroPadding2D RNN SimpleRNN ' +
  'GRU LSTM ConvLSTM2D SimpleRNNCell GRUCell LSTMCell ConvLSTM2DCell StackedRNNCells Dropout SpatialDropout1D Dense ' +
  'Flatten Activation RepeatVector Reshape Permute Masking Embedding Add Multiply Average Maximum Minimum Concatenate ' +
  'Dot GaussianNoise GaussianDropout AlphaDropout BatchNormalization LayerNormalization MaxPooling1D AveragePooling1D ' +
  'MaxPooling2D AveragePooling2D MaxPooling3D AveragePooling3D GlobalAveragePooling1D GlobalMaxPooling1D ' +
  'GlobalAveragePooling2D GlobalMaxPooling2D TimeDistributed Bidirectional Rescaling CenterCrop CategoryEncoding ' +
  'Resizing RandomWidth';
const INITIALIZERS =
  'Zeros Ones Constant RandomUniform RandomNormal TruncatedNormal Identity VarianceScaling Orthogonal GlorotUniform ' +
  'GlorotNormal HeNormal HeUniform LeCunNormal LeCunUniform';
const REGULARIZERS = 'L1L2';
const CONSTRAINTS = 'MaxNorm UnitNorm NonNeg MinMaxNorm';
const ACTIVATIONS =
  'elu selu relu relu6 linear sigmoid hardSigmoid softplus softsign tanh softmax logSoftmax gelu gelu_new mish swish';

/** The names that stock tfjs knows, by what they stand for. */
export const STOCK_CLASSES = {
  layer: setOf(LAYERS),
  initializer: setOf(INITIALIZERS),
  regularizer: setOf(REGULARIZERS),
  constraint: setOf(CONSTRAINTS),
  activation: setOf(ACTIVATIONS),
} as const;

function setOf(names: string): ReadonlySet<string> {
  return new Set(names.split(' '));
}
