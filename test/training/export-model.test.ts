import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { ModelError, OptionError, ShapeError } from '../../src/errors.ts';
import { scaledDotProductAttention } from '../../src/layers/attention.ts';
import { randomCrop } from '../../src/layers/augmentation/random-crop.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { transformerBlock } from '../../src/layers/blocks/transformer-block.ts';
import { groupNormalization } from '../../src/layers/group-normalization.ts';
import { kaimingNormal, xavierUniform } from '../../src/layers/initializers.ts';
import { SERIALIZABLE_CLASSES } from '../../src/layers/register.ts';
import { weightNormalization } from '../../src/layers/weight-normalization.ts';
import { Rng } from '../../src/random/rng.ts';
import { hasStockForm } from '../../src/training/export/stock-form.ts';
import { STOCK_CLASSES } from '../../src/training/export/stock-classes.ts';
import { disposeWeights, toStockModel } from '../../src/training/export/stock-model.ts';
import { exportModel, loadModel } from '../../src/training/model-file.ts';
import { predict } from '../../src/training/predict.ts';
import { withoutLeak } from '../no-leak.ts';
import { mustRun } from '../run-process.ts';
import { relativeError, SINGLE } from '../tolerances.ts';
import { MODELS } from './export/models.ts';
import { exportModels, serveFolder, stockProgram, type StockRun } from './export/stock.ts';

let folder = '';
let server: Server | undefined;
beforeAll(async () => {
  await useBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'export-'));
});
afterAll(async () => {
  server?.close();
  await rm(folder, { recursive: true });
});

describe('in a program that has only stock tfjs', () => {
  let expected: StockRun['results'] = [];
  let run: StockRun;
  beforeAll(async () => {
    const served = await serveFolder(folder);
    server = served.server;
    const exported = await exportModels(folder, served.address);
    expected = exported.expected;
    const program = stockProgram('cpu', exported.cases);
    run = JSON.parse(await mustRun(process.execPath, ['--input-type=module', '--eval', program])) as StockRun;
  });

  it.each(MODELS.map(({ name }, index) => [name, index] as const))('%s', (_, index) => {
    const { outputs = [], ...names } = run.results[index] ?? {};
    const { outputs: own = [], ...ownNames } = expected[index] ?? {};
    expect(relativeError(outputs, own)).toBeLessThanOrEqual(SINGLE);
    expect(names).toEqual(ownNames);
  });

  it('the class names that it knows are those of our list', () => {
    const optimizers = ['Adadelta', 'Adagrad', 'Adam', 'Adamax', 'Momentum', 'RMSProp', 'SGD'];
    const listed = Object.values(STOCK_CLASSES).flatMap((names) => [...names]);
    expect([...listed, ...optimizers].toSorted()).toEqual(run.classes.toSorted());
  });
});

describe('what is exported', () => {
  it('every layer of this package is converted in a model of the table, or is known to have no form', () => {
    const used = new Set(
      MODELS.flatMap(
        (each) => JSON.stringify(each.make().toJSON(null, false)).match(/TfjsRecipes\w+/g) ?? [],
      ),
    );
    const missing = SERIALIZABLE_CLASSES.map(({ className }) => className).filter((name) => !used.has(name));
    expect(missing.toSorted()).toEqual(['TfjsRecipesPaddingMask', 'TfjsRecipesScaledDotProductAttention']);
    expect(hasStockForm(scaledDotProductAttention({ heads: 1 }))).toBe(false);
  });

  it('norms have the converted constants', () => {
    const model = tf.sequential({
      layers: [batchNormalization({ momentum: 0.25, epsilon: 1e-4, inputShape: [3], name: 'norm' })],
    });
    const stock = toStockModel(model);
    expect(stock.getLayer('norm').getConfig()).toMatchObject({
      momentum: 0.75,
      epsilon: 1e-4,
      axis: -1,
      scale: true,
      center: true,
    });
  });

  it('initializers have the same variance, and weights of nothing else than stock classes', () => {
    const rng = Rng.fromSeed(1);
    const model = tf.sequential({
      layers: [
        tf.layers.dense({
          units: 4,
          inputShape: [3],
          kernelInitializer: kaimingNormal({ rng }),
          name: 'first',
        }),
        tf.layers.dense({ units: 4, kernelInitializer: xavierUniform({ rng, gain: 3 }), name: 'second' }),
      ],
    });
    const stock = toStockModel(model);
    // Kaiming: gain² = 2, over fanIn; Xavier: gain² = 9, over the mean of the fans.
    const initializers = ['first', 'second'].map(
      (name) => stock.getLayer(name).getConfig()['kernelInitializer'],
    );
    expect(initializers).toMatchObject([
      {
        className: 'VarianceScaling',
        config: { scale: expect.closeTo(2, 12), mode: 'fanIn', distribution: 'normal' },
      },
      { className: 'VarianceScaling', config: { scale: 9, mode: 'fanAvg', distribution: 'uniform' } },
    ]);
  });

  it('the folder carries constants and class names, which predict applies', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({
          units: 2,
          inputShape: [1],
          weights: [tf.tensor2d([[1, -1]]), tf.tensor1d([0, 0])],
        }),
      ],
    });
    const out = join(folder, 'meaning');
    const standardisation = { mean: [10], standardDeviation: [2] };
    await exportModel(model, out, { standardisation, classNames: ['above', 'below'] });
    const loaded = await loadModel(out);
    expect(loaded).toMatchObject({ standardisation, classNames: ['above', 'below'] });
    // (14 − 10) / 2 = 2 and (7 − 10) / 2 = −1.5
    expect(await predict(loaded, [[14], [7]])).toEqual({
      values: Float32Array.of(2, -2, -1.5, 1.5),
      shape: [2, 2],
      labels: ['above', 'below'],
    });
  });

  it('the model itself stays as it was, and its conversion is freed', async () => {
    const model = tf.sequential({
      layers: [batchNormalization({ inputShape: [3] }), tf.layers.dense({ units: 1 })],
    });
    const before = model.getWeights().map((weight) => weight.dataSync());
    await withoutLeak(() => disposeWeights([toStockModel(model)]));
    expect(model.getWeights().map((weight) => weight.dataSync())).toEqual(before);
  });
});

class Doubling extends tf.layers.Layer {
  static readonly className = 'Doubling';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.mul([inputs].flat()[0] ?? 0, 2);
  }
}
tf.serialization.registerClass(Doubling);

const sequential = (...layers: tf.layers.Layer[]): tf.LayersModel => tf.sequential({ layers });

describe('what has no stock form is refused before anything is written', () => {
  const attention = (): tf.LayersModel => {
    const input = tf.input({ shape: [3, 4] });
    return tf.model({
      inputs: input,
      outputs: transformerBlock(input, { heads: 2, hidden: 4, norm: 'before' }),
    });
  };
  it.each([
    ['attention', attention, 'scaled_dot_product_attention:0 (TfjsRecipesScaledDotProductAttention)'],
    [
      'a layer of the user’s own, nested, and all of them',
      () => sequential(sequential(new Doubling({ inputShape: [2], name: 'a' })), new Doubling({ name: 'b' })),
      'sequential:0/a (Doubling), b (Doubling)',
    ],
    [
      'a layer of the user’s own in a wrapper',
      () =>
        sequential(tf.layers.timeDistributed({ layer: new Doubling({}), inputShape: [2, 2], name: 'times' })),
      'times/layer (Doubling)',
    ],
    [
      'groups on images of any size',
      () => sequential(groupNormalization({ groups: 2, inputShape: [null, null, 4] })),
      'group_normalization:0 cannot be exported for inputs with several unknown sizes',
    ],
    [
      'the middle of images of any size',
      () => sequential(randomCrop({ height: 2, inputShape: [null, 4, 1] })),
      'random_crop:0 cannot be exported for images of unknown size',
    ],
    [
      'groups behind a mask',
      () =>
        sequential(
          tf.layers.embedding({ inputDim: 3, outputDim: 4, maskZero: true, inputLength: 3 }),
          groupNormalization({ groups: 2 }),
        ),
      'group_normalization:0 cannot be exported where its input has a mask',
    ],
    [
      'two weights of one name',
      () =>
        sequential(
          sequential(tf.layers.dense({ units: 2, inputShape: [2], name: 'same' })),
          tf.layers.dense({ units: 2, name: 'same' }),
        ),
      'two weights of the name same/kernel',
    ],
    [
      'an option that does not survive tfjs’s format',
      () => sequential(tf.layers.dense({ units: 2, inputShape: [2], activation: 'gelu_new' })),
      "dense:0 cannot be read back from a file: tfjs's format makes geluNew of its option activation, gelu_new",
    ],
    ['a model without inputs', () => sequential(), 'give its first layer an inputShape'],
  ])('%s', async (_, make, message) => {
    const out = join(folder, 'refused');
    const model = make();
    await withoutLeak(async () => {
      await expect(exportModel(model, out)).rejects.toThrow(message);
      await expect(exportModel(model, out)).rejects.toThrow(ModelError);
    });
    expect(await readdir(folder)).not.toContain('refused');
  });

  it('constants and names that do not fit the model', async () => {
    const model = sequential(tf.layers.dense({ units: 3, inputShape: [2] }));
    const out = join(folder, 'refused');
    const wrong = { mean: [0], standardDeviation: [1] };
    await expect(exportModel(model, out, { standardisation: wrong })).rejects.toThrow(ShapeError);
    const zero = { mean: [0, 0], standardDeviation: [1, 0] };
    await expect(exportModel(model, out, { standardisation: zero })).rejects.toThrow(
      'standardisation.standardDeviation must hold 2 numbers > 0',
    );
    await expect(exportModel(model, out, { classNames: ['a', 'b'] })).rejects.toThrow(
      'classNames must hold 3 names',
    );
    await expect(exportModel(model, out, { classnames: ['a'] } as object)).rejects.toThrow(OptionError);
    expect(await readdir(folder)).not.toContain('refused');
  });
});

it('a wrapped layer is exported under the name of its wrapper, also one that was built before', async () => {
  const layer = tf.layers.dense({ units: 2, inputShape: [2], name: 'inner' });
  const before = tf.sequential({ layers: [layer] });
  const model = sequential(weightNormalization({ layer, name: 'outer' }));
  const out = join(folder, 'wrapped');
  await exportModel(model, out);
  const { model: read } = await loadModel(out);
  expect(read.layers.map(({ name }) => name)).toEqual(['outer_input', 'outer']);
  const rows = [[1, 2]];
  const [a, b] = [await predict(before, rows), await predict(read, rows)];
  expect(relativeError(b.values, a.values)).toBeLessThanOrEqual(SINGLE);
});

it('an export takes the place of one before, and leaves other files', async () => {
  const out = join(folder, 'again');
  const model = sequential(tf.layers.dense({ units: 1, inputShape: [1] }));
  await exportModel(model, out);
  await writeFile(join(out, 'index.html'), 'mine');
  model.setWeights([tf.tensor2d([[2]]), tf.tensor1d([1])]);
  await exportModel(model, out);
  const files = await readdir(out);
  expect(files.filter((name) => name.endsWith('.bin'))).toHaveLength(1);
  expect(files).toHaveLength(3);
  expect(await readFile(join(out, 'index.html'), 'utf8')).toBe('mine');
  expect((await predict(await loadModel(out), [[3]])).values).toEqual(Float32Array.of(7));
});
