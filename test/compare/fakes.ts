/** Fake interpreters: shell scripts in a folder of their own, and a work folder with a task for them. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import type { Manifest } from '../../src/compare/work-folder.ts';
import { encodeSafetensors, type Safetensors, type StoredTensor } from '../../src/formats/safetensors.ts';
import { stringifyJson } from '../../src/result/json.ts';
import { type RecipeResult, SCHEMA_VERSION } from '../../src/result/recipe-result.ts';

const root = mkdtempSync(join(tmpdir(), 'tfjs-recipes-fakes-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

export const newFolder = (): string => mkdtempSync(join(root, 'folder-'));

/** Writes a shell script; 0o755 can be run. */
export function writeScript(path: string, lines: string, mode = 0o755): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${lines}\n`, { mode });
  return path;
}

/** The processes that have the word in their environment, as every child of a fake has (Linux only). */
export function processesWith(word: string): string[] {
  return readdirSync('/proc').filter((id) => {
    try {
      return /^\d+$/.test(id) && readFileSync(`/proc/${id}/environ`, 'utf8').includes(word);
    } catch {
      // It has ended meanwhile, or is somebody else's.
      return false;
    }
  });
}

const text = { en: 'text', zh: '文' };

/** What a twin writes that does as it was asked. */
export const goodResult: RecipeResult = {
  schemaVersion: SCHEMA_VERSION,
  recipe: { id: 'tiny', lecture: '0.1', title: text, summary: text, arms: {}, options: {}, measures: {} },
  mode: 'quick',
  options: {},
  seeds: [1000, 1001],
  environment: {
    package: { name: 'torch', version: '2.15.0' },
    backend: { name: 'pytorch', device: 'CPU', isGpu: false, threads: 1, others: [] },
    versions: {},
    platform: 'linux x64',
  },
  runs: [1000, 1001].map((seed) => ({ arm: 'plain', seed, data: { loss: Number.NaN } })),
  verdicts: [],
  figures: [],
  timings: { startedAt: '2026-01-01T00:00:00Z', totalSeconds: 2, runs: [1, 1] },
};

export const manifest: Manifest = {
  schemaVersion: goodResult.schemaVersion,
  recipe: goodResult.recipe,
  mode: goodResult.mode,
  options: goodResult.options,
  seeds: goodResult.seeds,
  device: 'cpu',
  threads: 1,
  runs: goodResult.runs.map(({ arm, seed }) => ({
    arm,
    seed,
    settings: {},
    trainings: [{ name: 'fit', ordinal: 1, folder: `trainings/plain-${seed}/1` }],
  })),
};

export const zeros = (...shape: number[]): StoredTensor => ({
  shape,
  values: new Float32Array(shape.reduce((size, axis) => size * axis, 1)),
});

/** What both sides record of a training: three updates of a kernel and a bias. */
export const goodTrace: Safetensors = {
  tensors: new Map([
    ['loss', zeros(3)],
    ['after/3/dense:0/kernel', zeros(4, 2)],
    ['after/3/dense:0/bias', zeros(2)],
  ]),
  metadata: { seconds: '0.5' },
};

export interface FakeTwin {
  readonly python: string;
  readonly work: string;
}

/** What a fake can leave by `leave`, in place of what is right. */
export interface Left {
  readonly result?: RecipeResult | string;
  /** Of the second seed's training; null: none. */
  readonly trace?: Safetensors | Uint8Array | null;
}

/** A fake that runs the lines of shell; in them `leave` writes its result and its traces. */
export function fakeTwin(lines: string, { result = goodResult, trace = goodTrace }: Left = {}): FakeTwin {
  const folder = newFolder();
  const [good, work] = [join(folder, 'good'), join(folder, 'work')];
  for (const [index, { trainings }] of manifest.runs.entries())
    for (const { folder: place } of trainings) {
      for (const side of [good, work]) mkdirSync(join(side, place), { recursive: true });
      writeFileSync(join(work, place, 'ours.safetensors'), encodeSafetensors(goodTrace));
      const left = index === 0 ? goodTrace : trace;
      if (left === null) continue;
      const bytes = left instanceof Uint8Array ? left : encodeSafetensors(left);
      writeFileSync(join(good, place, 'twin.safetensors'), bytes);
    }
  writeFileSync(join(good, 'twin.json'), typeof result === 'string' ? result : stringifyJson(result));
  const leave = `leave() { cp -R "${good}/." "${work}"; }`;
  return { python: writeScript(join(folder, 'python'), `${leave}\n${lines}`), work };
}
