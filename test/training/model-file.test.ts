import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { DataError, FileError } from '../../src/errors.ts';
import { batchNormalization } from '../../src/layers/batch-normalization.ts';
import { transformerBlock } from '../../src/layers/blocks/transformer-block.ts';
import { dropout } from '../../src/layers/dropout.ts';
import { kaimingUniform } from '../../src/layers/initializers.ts';
import { layerPaths, parameterPaths, trainablePaths } from '../../src/layers/paths.ts';
import { registerLayers, SERIALIZABLE_CLASSES } from '../../src/layers/register.ts';
import { spectralNormalization } from '../../src/layers/spectral-normalization.ts';
import { weightNormalization } from '../../src/layers/weight-normalization.ts';
import { crossEntropy } from '../../src/losses/cross-entropy.ts';
import { adam } from '../../src/optimizers/adam.ts';
import { Rng } from '../../src/random/rng.ts';
import { loadModel, saveModel } from '../../src/training/model-file.ts';
import { modelFolder } from '../../src/training/model-folder-file.ts';
import { predict } from '../../src/training/predict.ts';
import { train } from '../../src/training/train.ts';
import { withoutLeak } from '../no-leak.ts';
import { buildModel, type ModelCase, MODELS, rowsFor } from './export/models.ts';

let folder = '';
let out = '';
beforeAll(() => useBackend('cpu'));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-'));
  out = join(folder, 'out');
});
afterEach(() => rm(folder, { recursive: true }));

const weightsOf = (model: tf.LayersModel): Record<string, ArrayLike<number>> =>
  Object.fromEntries([...parameterPaths(model)].map(([path, variable]) => [path, variable.dataSync()]));

/** Path and configuration, seeds included, of this package's layers. */
const ownLayers = (model: tf.LayersModel): [string, object][] =>
  [...layerPaths(model)].flatMap(([layer, path]) =>
    layer.getClassName().startsWith('TfjsRecipes') ? [[path, layer.getConfig()]] : [],
  );

const sequential = (...layers: tf.layers.Layer[]): tf.LayersModel => tf.sequential({ layers });
const dense = (units = 1): tf.LayersModel => sequential(tf.layers.dense({ units, inputShape: [2] }));

const MASKED: ModelCase = {
  name: 'words with attention',
  make: () => {
    const words = tf.input({ shape: [5] });
    const vectors = tf.layers.embedding({ inputDim: 5, outputDim: 4, maskZero: true }).apply(words);
    const outputs = transformerBlock(vectors as tf.SymbolicTensor, {
      heads: 2,
      hidden: 3,
      norm: 'after',
      dropout: 0.1,
    });
    return tf.model({ inputs: words, outputs });
  },
};

describe('saveModel and loadModel', () => {
  it.each([...MODELS, MASKED].map((each) => [each.name, each] as const))(
    '%s: the same to the last bit',
    async (_, each) => {
      const model = buildModel(each);
      await withoutLeak(() => saveModel(model, out));
      const { model: read } = await loadModel(out);
      expect(weightsOf(read)).toEqual(weightsOf(model));
      expect([...trainablePaths(read).keys()]).toEqual([...trainablePaths(model).keys()]);
      expect(ownLayers(read)).toEqual(ownLayers(model));
      const rows = rowsFor(model, each);
      expect(await predict(read, rows)).toEqual(await predict(model, rows));
    },
  );

  it('what is frozen stays frozen, and thaws', async () => {
    const inner = sequential(
      tf.layers.dense({ units: 2, inputShape: [2] }),
      batchNormalization({ affine: false }),
    );
    inner.trainable = false;
    const frozen = tf.layers.dense({ units: 2, trainable: false });
    const model = sequential(inner, frozen, tf.layers.dense({ units: 2 }));
    await saveModel(model, out);
    const { model: read } = await loadModel(out);
    expect([...trainablePaths(read).keys()]).toEqual(['dense:1/kernel', 'dense:1/bias']);
    expect(read.layers.map(({ trainable }) => trainable)).toEqual([false, false, true]);
    for (const each of [model, read]) for (const layer of each.layers) layer.trainable = true;
    expect([...trainablePaths(read).keys()]).toEqual([...trainablePaths(model).keys()]);
    expect(trainablePaths(read).size).toBe(6);
  });

  it('the training goes on with the same bits', async () => {
    const rng = Rng.fromSeed(4);
    const model = sequential(
      weightNormalization({
        layer: tf.layers.dense({ units: 6, kernelInitializer: kaimingUniform({ rng }), activation: 'relu' }),
        inputShape: [3],
      }),
      dropout({ rate: 0.4 }),
      batchNormalization(),
      spectralNormalization({ layer: tf.layers.dense({ units: 3 }) }),
      tf.layers.dropout({ rate: 0.2 }),
    );
    const data = {
      inputs: { values: rng.normal(36), shape: [12, 3] },
      targets: Array.from({ length: 12 }, (_, row) => row % 3),
      classes: 3,
    };
    const options = () => ({
      loss: crossEntropy(),
      optimizer: adam({ learningRate: 0.01 }),
      batchSize: 4,
      steps: 3,
      rng: Rng.fromSeed(5),
    });
    await train(model, data, options());
    await saveModel(model, out);
    const { model: read } = await loadModel(out);
    const [there, here] = [await train(read, data, options()), await train(model, data, options())];
    expect(there.series('train/loss')).toEqual(here.series('train/loss'));
    expect(weightsOf(read)).toEqual(weightsOf(model));
  });

  it('weights of whole numbers, and without any number', async () => {
    const model = sequential(new Counting({ inputShape: [2, 1] }), tf.layers.flatten());
    const [counts, none] = model.weights;
    counts?.write(tf.tensor1d([2 ** 24 + 1, -5], 'int32'));
    await saveModel(model, out);
    const { model: read } = await loadModel(out);
    expect(read.weights.map((weight) => weight.read().dtype)).toEqual(['int32', 'float32']);
    expect(read.getWeights().map((weight) => [...weight.dataSync()])).toEqual([[2 ** 24 + 1, -5], []]);
    expect(none?.shape).toEqual([0, 3]);
  });

  it('a wrapper around a layer that was built before', async () => {
    const layer = tf.layers.dense({ units: 2, inputShape: [2], name: 'inner' });
    tf.sequential({ layers: [layer] });
    const model = sequential(weightNormalization({ layer, name: 'outer' }));
    await saveModel(model, out);
    expect(weightsOf((await loadModel(out)).model)).toEqual(weightsOf(model));
  });

  it('a model without weights', async () => {
    await saveModel(sequential(tf.layers.flatten({ inputShape: [2, 1] })), out);
    expect((await predict(await loadModel(out), [[[1], [2]]])).values).toEqual(Float32Array.of(1, 2));
  });

  it('many megabytes, in several files', async () => {
    const model = sequential(tf.layers.dense({ units: 1300, inputShape: [1000], kernelInitializer: 'ones' }));
    const values = Float32Array.from({ length: 1_300_000 }, (_, i) => i);
    model.setWeights([tf.tensor2d(values, [1000, 1300]), tf.zeros([1300])]);
    await saveModel(model, out);
    expect((await readdir(out)).filter((name) => name.endsWith('.bin'))).toHaveLength(2);
    const [kernel] = (await loadModel(out)).model.getWeights();
    expect(kernel?.dataSync().every((value, i) => value === i)).toBe(true);
  });

  it('the meaning of inputs and outputs, and the metadata of the user', async () => {
    const model = dense(2);
    model.setUserDefinedMetadata({ author: 'me' });
    const meaning = { standardisation: { mean: [1, 2], standardDeviation: [3, 4] }, classNames: ['a', 'b'] };
    await saveModel(model, out, meaning);
    const { model: read, ...rest } = await loadModel(out);
    expect(rest).toEqual(meaning);
    expect(read.getUserDefinedMetadata()).toMatchObject({ author: 'me' });
  });

  it('knows every class of this package, also where none of its layers was made', async () => {
    const known = tf.serialization.SerializationMap.getMap().classNameMap;
    const names = SERIALIZABLE_CLASSES.map(({ className }) => className);
    await saveModel(sequential(batchNormalization({ inputShape: [2] })), out);
    for (const name of names) Reflect.deleteProperty(known, name);
    await loadModel(out);
    expect(names.filter((name) => !Object.hasOwn(known, name))).toEqual([]);
  });
});

/** A layer with weights of unusual kinds. */
class Counting extends tf.layers.Layer {
  static readonly className = 'Counting';
  override build(): void {
    this.addWeight('counts', [2], 'int32', tf.initializers.zeros(), undefined, false);
    this.addWeight('none', [0, 3], 'float32', tf.initializers.zeros(), undefined, false);
    this.built = true;
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return [inputs].flat()[0] ?? tf.scalar(0);
  }
}
tf.serialization.registerClass(Counting);

describe('modelFolder', () => {
  it('serves tfjs’s own save and load', async () => {
    const model = dense();
    const saved = await model.save(modelFolder(out));
    expect(saved.modelArtifactsInfo).toMatchObject({ modelTopologyType: 'JSON', weightDataBytes: 12 });
    const read = await tf.loadLayersModel(modelFolder(out));
    expect(weightsOf(read)).toEqual(weightsOf(model));
  });

  it('reads what saveModel wrote, where the layers are registered', async () => {
    const model = sequential(batchNormalization({ inputShape: [2] }));
    await saveModel(model, out);
    registerLayers();
    expect(weightsOf(await tf.loadLayersModel(modelFolder(out)))).toEqual(weightsOf(model));
  });

  it('reads the files of other writers: several groups, quantised weights', async () => {
    const model = dense();
    await saveModel(model, out);
    const path = join(out, 'model.json');
    const json = JSON.parse(await readFile(path, 'utf8')) as tf.io.ModelJSON;
    const [kernel, bias] = json.weightsManifest[0]?.weights ?? [];
    if (!kernel || !bias) throw new Error('a dense layer has two weights');
    kernel.quantization = { dtype: 'uint8', scale: 0.5, min: -1 };
    json.weightsManifest = [
      { paths: ['a.bin'], weights: [kernel] },
      { paths: ['b.bin'], weights: [bias] },
    ];
    await writeFile(path, JSON.stringify(json));
    await writeFile(join(out, 'a.bin'), Uint8Array.of(0, 4));
    await writeFile(join(out, 'b.bin'), new Uint8Array(Float32Array.of(7).buffer));
    expect(Object.values(weightsOf((await loadModel(out)).model))).toEqual([
      Float32Array.of(-1, 1),
      Float32Array.of(7),
    ]);
  });

  it('a writing that breaks off leaves the model before', async () => {
    const model = dense();
    model.setWeights([tf.tensor2d([[1], [2]]), tf.tensor1d([0])]);
    await saveModel(model, out);
    model.setWeights([tf.tensor2d([[9], [9]]), tf.tensor1d([9])]);
    await mkdir(join(out, `model.json.${process.pid}.part`)); // the last file cannot be written
    await expect(saveModel(model, out)).rejects.toThrow(FileError);
    expect((await predict(await loadModel(out), [[1, 1]])).values).toEqual(Float32Array.of(3));
    await rm(join(out, `model.json.${process.pid}.part`), { recursive: true, force: true });
    await saveModel(model, out);
    expect((await predict(await loadModel(out), [[1, 1]])).values).toEqual(Float32Array.of(27));
    expect(await readdir(out)).toHaveLength(2);
  });

  it('names the folder that cannot be written', async () => {
    await writeFile(out, 'a file');
    await expect(saveModel(dense(), out)).rejects.toThrow(`cannot write a model to ${out}`);
  });
});

describe('what cannot be read', () => {
  type Broken = Omit<tf.io.ModelJSON, 'weightsManifest'> & {
    weightsManifest: tf.io.WeightsManifestConfig;
    [key: string]: unknown;
  };
  const edit = (change: (json: Broken, text: string) => unknown) => async () => {
    const path = join(out, 'model.json');
    const text = await readFile(path, 'utf8');
    const json = JSON.parse(text) as Broken;
    const changed = change(json, text);
    await writeFile(path, typeof changed === 'string' ? changed : JSON.stringify(json));
  };
  const manifest = (json: Broken) => {
    const [group] = json.weightsManifest;
    const [weight] = group?.weights ?? [];
    if (!group || !weight) throw new Error('the model has weights');
    return { group, weight };
  };
  const shard = async (): Promise<string> =>
    join(out, (await readdir(out)).find((name) => name.endsWith('.bin')) ?? '');

  it.each<
    [what: string, damage: () => Promise<void>, error: typeof DataError | typeof FileError, message: string]
  >([
    ['no folder', () => rm(out, { recursive: true }), FileError, 'cannot read {out}/model.json: ENOENT'],
    ['JSON cut short', edit((_, text) => text.slice(0, 100)), DataError, '{out}/model.json is not JSON ('],
    [
      'a JSON of something else',
      edit(() => '[1]'),
      DataError,
      '{out}/model.json is not a layers model of tfjs',
    ],
    [
      'a graph model',
      edit((json) => {
        json.format = 'graph-model';
      }),
      DataError,
      'only tf.loadGraphModel opens',
    ],
    [
      'no manifest',
      edit((json) => {
        Reflect.deleteProperty(json, 'weightsManifest');
      }),
      DataError,
      'weightsManifest is wrong',
    ],
    [
      'no file of weights',
      async () => rm(await shard()),
      FileError,
      'cannot read the weights {out}/weights-',
    ],
    [
      'weights cut short',
      async () => writeFile(await shard(), new Uint8Array(10)),
      DataError,
      '.bin: the weights have 10 bytes, and model.json describes 12',
    ],
    [
      'weights outside the folder',
      edit((json) => {
        manifest(json).group.paths = ['../secret.bin'];
      }),
      DataError,
      'names ../secret.bin, which is not in its folder',
    ],
    [
      'an unknown number type',
      edit((json) => {
        manifest(json).weight.dtype = 'float8' as 'float32';
      }),
      DataError,
      'weightsManifest.0.weights.0.dtype is wrong',
    ],
    [
      'another shape',
      edit((json) => {
        manifest(json).weight.shape = [1, 2];
      }),
      DataError,
      '{out}/model.json: ',
    ],
    [
      'another name',
      edit((json) => {
        manifest(json).weight.name = 'x/kernel';
      }),
      DataError,
      'x/kernel',
    ],
    [
      'two weights of a name',
      edit((json) => {
        const { group, weight } = manifest(json);
        group.weights = [weight, weight];
      }),
      DataError,
      'has two weights of the name',
    ],
    [
      'a mistyped class',
      edit((_, text) => text.replace('"Dense"', '"Dnese"')),
      DataError,
      'the class Dnese (layer dense_Dense',
    ],
    [
      'a class near a known one',
      edit((_, text) => text.replace('"Dense"', '"Dnese"')),
      DataError,
      'did you mean "Dense"?',
    ],
    [
      'a class of another package',
      edit((_, text) => text.replace('"Dense"', '"TheirOwnThing"')),
      DataError,
      'load the package that defines it',
    ],
    [
      'an option that tfjs refuses',
      edit((_, text) => text.replace('"units": 1', '"units": -1')),
      DataError,
      '{out}/model.json: ',
    ],
    [
      'damaged metadata',
      edit((json) => {
        json.userDefinedMetadata = { tfjsRecipes: { standardisation: { mean: ['a'] } } };
      }),
      DataError,
      'userDefinedMetadata.tfjsRecipes.standardisation',
    ],
  ])('%s', async (_, damage, error, message) => {
    await saveModel(dense(), out);
    await damage();
    await expect(loadModel(out)).rejects.toThrow(error);
    await expect(loadModel(out)).rejects.toThrow(message.replace('{out}', out));
  });

  it('leaves no variables of a model that was half built', async () => {
    await saveModel(dense(), out);
    await edit((_, text) => text.replace('"use_bias": true', '"use_bias": false'))();
    const variables = (): number => Object.keys(tf.engine().registeredVariables).length;
    const before = variables();
    await expect(loadModel(out)).rejects.toThrow(DataError);
    expect(variables()).toBe(before);
  });
});
