/** Asserts that a model is the same saved and loaded in memory, and nested in another. */
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { layerPaths, parameterPaths } from '../../../src/layers/paths.ts';
import { Rng } from '../../../src/random/rng.ts';

/** For random inputs of each shape. Disposes the model. */
export async function expectCopiesAgree(model: tf.LayersModel, shapes: readonly number[][]): Promise<void> {
  const saved: tf.io.ModelArtifacts[] = [];
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      saved.push(artifacts);
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    }),
  );
  const [artifacts] = saved;
  if (!artifacts) throw new Error('nothing was saved');
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  expect(loaded.layers.map((layer) => layer.getConfig())).toEqual(
    model.layers.map((layer) => layer.getConfig()),
  );
  const paths = [...parameterPaths(model).keys()];
  expect([...parameterPaths(loaded).keys()]).toEqual(paths);

  const input = tf.input({ shape: model.inputs[0]?.shape.slice(1) ?? [] });
  const nested = tf.model({ inputs: input, outputs: model.apply(input) as tf.SymbolicTensor });
  const [, outer] = [...layerPaths(nested).values()][1]?.match(/^([^/]+)\//) ?? [];
  expect([...parameterPaths(nested).keys()]).toEqual(paths.map((path) => `${outer}/${path}`));

  for (const shape of shapes) {
    tf.tidy(() => {
      const values = tf.tensor(Rng.fromSeed(1).normal(tf.util.sizeFromShape(shape)), shape);
      const [wanted, ...found] = [model, loaded, nested].map((one) =>
        (one.predict(values) as tf.Tensor).dataSync().join(),
      );
      expect(found).toEqual([wanted, wanted]);
    });
  }
  loaded.dispose();
  nested.dispose();
}
