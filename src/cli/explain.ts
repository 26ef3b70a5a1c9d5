/** Why a training is beyond tolerance: by rounding alone, or from which step on and by what. */

import { type Alignment, align } from '../compare/align.ts';
import {
  cancelledGradient,
  firstDifference,
  firstDifferentStep,
  relativeDifference,
  type StepDifference,
} from '../compare/locate.ts';
import type { Cause } from '../compare/passport.ts';
import { type Manifest, readTrainingFile } from '../compare/work-folder.ts';
import type { Safetensors } from '../formats/safetensors.ts';
import type { RecordOptions } from '../recipe/record-training.ts';
import {
  type ComparedRecipe,
  type OurTraining,
  recordOurs,
  replayFolder,
  writeTwinsTask,
} from './compare-sides.ts';

/** Float32 keeps about 1e-7 of a number; what many roundings of a training add up to is a few times that. */
const PERTURBATION = 1e-6;

/** What one rounding may change, as a share of a number. */
const ROUNDING = 2 ** -23;

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
 * updates, both sides replay it (see {@link locate}), and what differs there is the cause, unless the step itself makes as
 * much of a change of {@link PERTURBATION} in the weights. Otherwise ours is run once more from weights changed by so much:
 * where that leaves the tolerance as early, rounding is enough. Else it is replayed too; if no step differs, the change is
 * as large as the roundings of all updates can be together.
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
  const roundingBy = async (perturbation: number): Promise<Cause | null> => {
    for (const signed of [perturbation, -perturbation]) {
      const shaken = await replayed(compared, work, training, { perturbation: signed });
      const leaves = firstBeyond(align(ours, shaken, training.kind));
      if (leaves !== null && leaves < LUCK * (beyond + 1))
        return { kind: 'rounding', perturbation, updates: leaves + 1 };
    }
    return null;
  };
  const find = (): Promise<Cause | null> => locate(compared, work, training, beyond, runTwin);
  const isEarly = firstDifferentRate(ours, twin) <= beyond || partsEarly(ours, twin);
  const early = isEarly ? await find() : null;
  if (early?.kind === 'difference' && !(await isUnstable(compared, work, training, early))) return early;
  const rounding = await roundingBy(PERTURBATION);
  if (rounding) return rounding;
  const found = early ?? (await find());
  if (found) return found;
  return (await roundingBy(ROUNDING * (beyond + 1))) ?? { kind: 'unexplained' };
}

/** Whether ours alone, from weights changed by {@link PERTURBATION}, differs there from itself as the twin does. */
async function isUnstable(
  compared: ComparedRecipe,
  work: string,
  training: OurTraining,
  { step, stage, name, relative }: StepDifference,
): Promise<boolean> {
  const key = `detail/${stage}/${name}`;
  const [plain, shaken] = [
    await replayed(compared, work, training, { detail: step }),
    await replayed(compared, work, training, { detail: step, perturbation: PERTURBATION }),
  ].map(({ tensors }) => tensors.get(key)?.values);
  return LUCK * relativeDifference(shaken, plain) >= relative;
}

/** Our trace of the training, made once more. */
async function replayed(
  compared: ComparedRecipe,
  work: string,
  training: OurTraining,
  how: RecordOptions,
): Promise<Safetensors> {
  const { arm, seed, ordinal } = training;
  const replay = replayFolder(work);
  await recordOurs(compared, replay, {
    only: { arm, seed },
    how: (each) => (each.ordinal === ordinal ? how : {}),
  });
  return readTrainingFile(replay, training, 'ours');
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
): Promise<Cause | null> {
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
  const sides = await both({ snapshots: [], detail: first });
  const found = firstDifference(...sides, first);
  if (found) return { kind: 'difference', ...found };
  const cancelled = cancelledGradient(...sides);
  return cancelled === null ? null : { kind: 'cancellation', step: first, name: cancelled };
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
