/** One recipe on both sides: run, align, explain what is beyond tolerance, and write the passport. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { align, TOLERANCES } from '../compare/align.ts';
import { type Cause, makePassport, type TrainingComparison } from '../compare/passport.ts';
import type { LossCurves, PassportChapter } from '../compare/passport-page.ts';
import { type Manifest, readTrainingFile } from '../compare/work-folder.ts';
import { stringifyJson } from '../result/json.ts';
import type { RecipeResult } from '../result/recipe-result.ts';
import { type ComparedRecipe, type OurTraining, recordOurs, writeTwinsTask } from './compare-sides.ts';
import { explain, firstBeyond } from './explain.ts';

/** Trainings of one arm and name are explained once. */
type Explained = Map<string, Promise<Cause>>;

/** How many pairs of curves are shown. */
const MOST_FIGURES = 12;

/** Runs the twin on a work folder whose task is written; gives its result. */
export type TwinRunner = (
  work: string,
  task: Manifest,
) => Promise<Pick<RecipeResult, 'runs' | 'environment'>>;

/**
 * Compares a recipe with its twin. Our own `result.json` stands in `folder` before the twin begins, and stays there
 * whatever becomes of it; the work lies in `folder/work`.
 */
export async function compareRecipe(
  compared: ComparedRecipe,
  folder: string,
  runTwin: TwinRunner,
): Promise<PassportChapter> {
  const work = join(folder, 'work');
  const ours = await recordOurs(compared, work).catch(async (error: unknown) => {
    await rm(work, { recursive: true, force: true });
    throw error;
  });
  await writeFile(join(folder, 'result.json'), `${stringifyJson(ours.result)}\n`);
  const twin = await runTwin(work, await writeTwinsTask(compared, work, ours));
  const explained: Explained = new Map();
  const trainings: TrainingComparison[] = [];
  const curves: LossCurves[] = [];
  for (const training of ours.trainings) {
    const traces = [
      await readTrainingFile(work, training, 'ours'),
      await readTrainingFile(work, training, 'twin'),
    ] as const;
    const alignment = align(...traces, training.kind);
    const beyond = firstBeyond(alignment);
    const causeOf = (): Promise<Cause> =>
      explain(compared, work, training, beyond ?? 0, async (replay, task) => {
        await runTwin(replay, task);
      });
    const cause = beyond === null ? null : await once(explained, training, causeOf);
    const { arm, seed, ordinal, name, folder: place, seconds } = training;
    trainings.push({
      arm,
      seed,
      ordinal,
      name,
      folder: place,
      ...alignment,
      status: cause === null ? 'agrees' : isRounding(cause) ? 'rounding' : 'differs',
      cause,
      timings: { ours: seconds, twin: Number(traces[1].metadata['seconds']) },
    });
    if (seed === ours.result.seeds[0] && curves.length < MOST_FIGURES)
      curves.push({
        title: `${arm} · ${name}`,
        ours: traces[0].tensors.get('loss')?.values ?? [],
        twin: traces[1].tensors.get('loss')?.values ?? [],
        limit: TOLERANCES[training.kind].loss,
      });
  }
  return {
    title: ours.result.recipe.title,
    passport: makePassport(ours.result, twin, trainings),
    curves,
  };
}

const isRounding = ({ kind }: Cause): boolean => kind === 'rounding' || kind === 'cancellation';

function once(
  explained: Explained,
  { arm, name }: OurTraining,
  explainIt: () => Promise<Cause>,
): Promise<Cause> {
  const key = stringifyJson([arm, name]);
  const known = explained.get(key) ?? explainIt();
  explained.set(key, known);
  return known;
}
