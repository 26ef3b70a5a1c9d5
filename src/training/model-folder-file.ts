/**
 * A folder with tfjs's `model.json` and its weights, for plain Node (tfjs reads such folders in browsers and, with
 * tfjs-node, in Node). Weights stand in files named by their content, and `model.json` is renamed into its place when
 * they are there: at every moment the folder holds the model before, or the new one, whole.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { DataError, FileError } from '../errors.ts';
import { sha256 } from '../formats/sha256.ts';

/** Bytes of one file of weights: what browsers keep in their caches. */
const SHARD = 4 * 1024 * 1024;
const OWN_SHARD = /^weights-[0-9a-f]{16}\.bin$/;

const BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
};

const weightSchema = z.looseObject({
  name: z.string(),
  shape: z.array(z.int().min(0)),
  dtype: z.enum(['float32', 'int32', 'bool']),
  group: z.enum(['model', 'optimizer']).optional(),
  quantization: z.looseObject({ dtype: z.enum(['uint8', 'uint16', 'float16']) }).optional(),
});
const modelSchema = z.looseObject({
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(z.looseObject({ paths: z.array(z.string()), weights: z.array(weightSchema) })),
});

/**
 * An IOHandler for tfjs: `tf.loadLayersModel(modelFolder('out'))`, `model.save(modelFolder('out'))`. Other files of the
 * folder stay. Reading throws a FileError or DataError that names the file and what is wrong with it.
 */
export function modelFolder(folder: string): Required<Pick<tf.io.IOHandler, 'save' | 'load'>> {
  return { save: (artifacts) => writeModel(folder, artifacts), load: () => readModel(folder) };
}

/** Where a folder keeps what is not weights. */
export const topologyFile = (folder: string): string => join(folder, 'model.json');

async function writeModel(folder: string, artifacts: tf.io.ModelArtifacts): Promise<tf.io.SaveResult> {
  const { weightData = [], weightSpecs = [], getWeightStream: _, ...others } = artifacts;
  const bytes = Buffer.concat([weightData].flat().map((buffer) => new Uint8Array(buffer)));
  const paths: string[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (let start = 0; start === 0 || start < bytes.length; start += SHARD) {
      const shard = bytes.subarray(start, start + SHARD);
      const name = `weights-${(await sha256(shard)).slice(0, 16)}.bin`;
      await writeAside(join(folder, name), shard);
      paths.push(name);
    }
    const model = { ...others, weightsManifest: [{ paths, weights: weightSpecs }] };
    await writeAside(topologyFile(folder), `${JSON.stringify(model, null, 1)}\n`);
    for (const name of await readdir(folder))
      if (OWN_SHARD.test(name) && !paths.includes(name)) await rm(join(folder, name), { force: true });
  } catch (error) {
    throw new FileError(folder, 'cannot write a model to', error);
  }
  return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
}

/** Writes a neighbour of the file to the disk, then gives it the file's name. */
async function writeAside(path: string, content: string | Uint8Array): Promise<void> {
  const aside = `${path}.${process.pid}.part`;
  try {
    await writeFile(aside, content, { flush: true });
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function readModel(folder: string): Promise<tf.io.ModelArtifacts> {
  const path = topologyFile(folder);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new FileError(path, 'cannot read', error);
  });
  const model = parseModel(path, text);
  const data: Uint8Array[] = [];
  for (const group of model.weightsManifest) data.push(await readGroup(folder, group));
  const joined = new Uint8Array(Buffer.concat(data)).buffer;
  return tf.io.getModelArtifactsForJSON(model, async (manifest) => [tf.io.getWeightSpecs(manifest), joined]);
}

function parseModel(path: string, text: string): tf.io.ModelJSON {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataError(`${path} is not JSON (${reason}); write the model again`);
  }
  if (z.object({ format: z.literal('graph-model') }).safeParse(json).success)
    throw new DataError(`${path} is a graph model, which only tf.loadGraphModel opens`);
  const parsed = modelSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue && issue.path.length > 0 ? issue.path.join('.') : 'the whole';
    throw new DataError(`${path} is not a layers model of tfjs: ${place} is wrong (${issue?.message ?? ''})`);
  }
  const names = parsed.data.weightsManifest.flatMap(({ weights }) => weights.map(({ name }) => name));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new DataError(`${path} has two weights of the name ${twice}`);
  return json as tf.io.ModelJSON;
}

/** The bytes of the weights of one group, whose files count as one. */
async function readGroup(
  folder: string,
  { paths, weights }: tf.io.WeightsManifestConfig[number],
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const path of paths) {
    const inside = normalize(path);
    if (isAbsolute(inside) || inside.startsWith('..'))
      throw new DataError(`${topologyFile(folder)} names ${path}, which is not in its folder`);
    const file = join(folder, inside);
    parts.push(
      await readFile(file).catch((error: unknown) => {
        throw new FileError(file, 'cannot read the weights', error);
      }),
    );
  }
  const bytes = Buffer.concat(parts);
  const expected = weights.reduce((sum, weight) => sum + bytesOf(weight), 0);
  if (bytes.length === expected) return bytes;
  const files = paths.map((path) => join(folder, path)).join(' + ');
  throw new DataError(
    `${files}: the weights have ${bytes.length} bytes, and model.json describes ${expected}; copy or write the model again`,
  );
}

function bytesOf({ shape, dtype, quantization }: tf.io.WeightsManifestEntry): number {
  const stored = quantization?.dtype ?? dtype;
  return shape.reduce((size, axis) => size * axis, BYTES[stored] ?? 0);
}
