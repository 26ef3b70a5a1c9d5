/** The folder that our side and the PyTorch twin share: a manifest, and a folder per training with start and traces. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSafetensors, encodeSafetensors, type Safetensors } from '../formats/safetensors.ts';
import { type Json, stringifyJson } from '../result/json.ts';
import type { RecipeResult } from '../result/recipe-result.ts';

/** A training as the manifest names it. */
export interface TrainingPlace {
  readonly arm: string;
  readonly seed: number;
  /** From 1, in the order in which the arm made them. */
  readonly ordinal: number;
  readonly name: string;
  /** Below the work folder. */
  readonly folder: string;
}

export interface Manifest extends Pick<
  RecipeResult,
  'schemaVersion' | 'recipe' | 'mode' | 'options' | 'seeds'
> {
  /** torch's name of the device: cpu, cuda. */
  readonly device: string;
  readonly threads: number;
  readonly runs: readonly {
    readonly arm: string;
    readonly seed: number;
    /** The arm's settings, as the recipe's `arms` gives them. */
    readonly settings: Json;
    readonly trainings: readonly (Pick<TrainingPlace, 'name' | 'ordinal' | 'folder'> & {
      /** The update, from 0, that the twin records in every detail. */
      readonly detail?: number;
    })[];
  }[];
}

export const writeManifest = (work: string, manifest: Manifest): Promise<void> =>
  writeFile(join(work, 'manifest.json'), stringifyJson(manifest));

/** What is in a training's folder: `start` and `ours` from us, `twin` from PyTorch. */
export async function writeTrainingFile(
  work: string,
  { folder }: Pick<TrainingPlace, 'folder'>,
  name: 'start' | 'ours',
  content: Safetensors,
): Promise<void> {
  await mkdir(join(work, folder), { recursive: true });
  await writeFile(join(work, folder, `${name}.safetensors`), encodeSafetensors(content));
}

export async function readTrainingFile(
  work: string,
  { folder }: Pick<TrainingPlace, 'folder'>,
  name: 'start' | 'ours' | 'twin',
): Promise<Safetensors> {
  return decodeSafetensors(await readFile(join(work, folder, `${name}.safetensors`)));
}
