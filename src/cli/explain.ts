/** Why a training is beyond tolerance: by rounding alone, or from which step on and by what. */

import { type Alignment, align } from '../compare/align.ts';
import {
  firstDifference,
  firstDifferentStep,
  relativeDifference,
  type StepDifference,
} from '../compare/locate.ts';
import type { Cause } from '../compare/passport.ts';
import { type Manifest, readTrainingFile } from '../compare/work-folder.ts';
import type { Safetensors } from '../formats/safetensors.ts';
import {
  type ComparedRecipe,
  type OurTraining,
  recordOurs,
  replayFolder,
  writeTwinsTask,
} from './compare-sides.ts';

/** Float32 keeps about 1e-7 of a number; what many roundings of a training add up to is a few times that. */
const PERTURBATION = 1e-6;

/** Weights that part by more than this share of the largest within the first two updates are looked into at once. */
const EARLY = 1e-4;

/** The twin's own rounding may be unluckier than our perturbation by this factor in updates. */
const LUCK = 2;

/** Runs the twin on a work folder whose task is written. */
export type RunTwin = (work: string, task: Manifest) => Promise<unknown>;

/** The first update, from 0, that is beyond tolerance; null if none. */
export function firstBeyond({ differences }: Alignment): number | null {
  const found = differences.flatMap((each) => (each.firstBeyond === null ? [] : [each.firstBeyond]));
  return found.length === 0 ? null : Math.min(...found);
}

/**
 * Explains a training that is beyond tolerance from update `beyond` on. Where rates differ, or weights part in the first
 * updates, both sides replay it (see {@link locate}). Otherwise ours is run once more from weights changed by
 * {@link PERTURBATION}: where that leaves the tolerance as early, rounding is enough; else it is replayed too.
 */
export async function explain(
  compared: ComparedRecipe,
  work: string,
  training: OurTraining,
  beyond: number,
  runTwin: RunTwin,
): Promise<Cause> {
  const [ours, twin] = [
    await readTrainingFile(work, training, 'ours'),
    await readTrainingFile(work, training, 'twin'),
  ];
  const find = (): Promise<StepDifference | null> => locate(compared, work, training, beyond, runTwin);
  const isEarly = firstDifferentRate(ours, twin) <= beyond || partsEarly(ours, twin);
  const early = isEarly ? await find() : null;
  if (early) return { kind: 'difference', ...early };
  const { arm, seed, ordinal } = training;
  const replay = replayFolder(work);
  await recordOurs(compared, replay, {
    only: { arm, seed },
    how: (each) => (each.ordinal === ordinal ? { perturbation: PERTURBATION } : {}),
  });
  const shaken = align(ours, await readTrainingFile(replay, training, 'ours'), training.kind);
  const leaves = firstBeyond(shaken);
  if (leaves !== null && leaves <= LUCK * beyond)
    return { kind: 'rounding', perturbation: PERTURBATION, updates: leaves };
  const found = isEarly ? null : await find();
  return found ? { kind: 'difference', ...found } : { kind: 'unexplained' };
}

/** Whether weights are apart after one or two updates, where rounding has had no time to grow. */
function partsEarly(ours: Safetensors, twin: Safetensors): boolean {
  return [...ours.tensors].some(
    ([key, { values }]) =>
      /^after\/[12]\//.test(key) && !(relativeDifference(values, twin.tensors.get(key)?.values) <= EARLY),
  );
}

/**
 * Replays the run on both sides: first all weights are kept after every update, to find where they part; then that
 * update is recorded in every detail.
 */
async function locate(
  compared: ComparedRecipe,
  work: string,
  training: OurTraining,
  beyond: number,
  runTwin: RunTwin,
): Promise<StepDifference | null> {
  const replay = replayFolder(work);
  const { arm, seed, ordinal } = training;
  const both = async (how: {
    readonly snapshots: readonly number[];
    readonly detail?: number;
  }): Promise<readonly [Safetensors, Safetensors]> => {
    const side = await recordOurs(compared, replay, {
      only: { arm, seed },
      how: (each) => (each.ordinal === ordinal ? how : {}),
    });
    const detail = how.detail === undefined ? undefined : { ordinal, update: how.detail };
    await runTwin(replay, await writeTwinsTask(compared, replay, side, detail));
    return [
      await readTrainingFile(replay, training, 'ours'),
      await readTrainingFile(replay, training, 'twin'),
    ];
  };
  const every = Array.from({ length: beyond + 1 }, (_, update) => update + 1);
  const traces = await both({ snapshots: every });
  const step = firstDifferentStep(...traces, beyond + 1) ?? beyond;
  const first = Math.min(step, firstDifferentRate(...traces));
  return firstDifference(...(await both({ snapshots: [], detail: first })), first);
}

/** The first update whose learning rates differ; Infinity if none does. A rate that the twin does not tell is left out. */
function firstDifferentRate(ours: Safetensors, twin: Safetensors): number {
  const [own, other] = [ours, twin].map(({ tensors }) => tensors.get('learningRate')?.values ?? []);
  const step = Array.from(own ?? []).findIndex((rate, index) => {
    const theirs = other?.[index] ?? Number.NaN;
    return Math.abs(rate - theirs) > 1e-6 * Math.abs(rate);
  });
  return step < 0 ? Number.POSITIVE_INFINITY : step;
}
