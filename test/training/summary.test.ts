import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { ModelError } from '../../src/errors.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { dropout } from '../../src/layers/dropout.ts';
import { weightNormalization } from '../../src/layers/weight-normalization.ts';
import { summary } from '../../src/training/summary.ts';

beforeAll(() => useBackend('cpu'));

const lines = (...rows: string[]): string => rows.join('\n');

describe('summary', () => {
  it('is a line a layer, and the totals', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ units: 32, inputShape: [64] }), // 64 · 32 + 32
        batchNormalization(), // scale and shift; mean and variance
        dropout({ rate: 0.5 }),
        tf.layers.dense({ units: 10, name: 'logits' }), // 32 · 10 + 10
      ],
    });
    expect(summary(model)).toBe(
      lines(
        'layer                  output      trainable  frozen',
        'dense:0                [rows, 32]      2,080       0',
        'batch_normalization:0  [rows, 32]         64      64',
        'dropout:0              [rows, 32]          0       0',
        'logits                 [rows, 10]        330       0',
        '2,538 parameters: 2,474 trainable, 64 frozen',
      ),
    );
  });

  it('indents what nested models and wrappers own, and counts shared layers once', () => {
    const block = tf.sequential({
      name: 'block',
      layers: [weightNormalization({ layer: tf.layers.dense({ units: 2 }), inputShape: [null, 2] })],
    });
    const input = tf.input({ shape: [null, 2], name: 'input' });
    const once = block.apply(input) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: block.apply(once) as tf.SymbolicTensor });
    expect(summary(model)).toBe(
      lines(
        'layer                                   output          trainable  frozen',
        'input                                   [rows, any, 2]          0       0',
        'block                                   [rows, any, 2]          8       0',
        '  block/weight_normalization:0          [rows, any, 2]          8       0',
        '    block/weight_normalization:0/layer                          6       0',
        '8 parameters: 8 trainable, 0 frozen',
      ),
    );
  });

  it('counts frozen layers, and shows every output of a layer', () => {
    const input = tf.input({ shape: [3, 2], name: 'input' });
    const layer = tf.layers.simpleRNN({ units: 2, returnState: true, trainable: false, name: 'memory' });
    const outputs = layer.apply(input) as tf.SymbolicTensor[];
    expect(summary(tf.model({ inputs: input, outputs }))).toBe(
      lines(
        'layer   output                trainable  frozen',
        'input   [rows, 3, 2]                  0       0',
        'memory  [rows, 2], [rows, 2]          0      10', // 2 · 2 + 2 · 2 + 2
        '10 parameters: 0 trainable, 10 frozen',
      ),
    );
  });

  it('needs a model that has weights', () => {
    expect(() => summary(tf.sequential())).toThrow(ModelError);
  });
});
