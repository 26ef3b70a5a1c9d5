/** Whether the twin recorded every training of the manifest: a trace with the names and shapes of ours. */
import { DataError } from '../errors.ts';
import type { Safetensors } from '../formats/safetensors.ts';
import { type Manifest, readTrainingFile } from './work-folder.ts';

/** How many problems a message lists. */
const LISTED = 3;

/** Throws a {@link DataError} that says which trainings have no trace, and which traces are not as ours. */
export async function checkTraces(work: string, { runs }: Manifest): Promise<void> {
  const problems: string[] = [];
  for (const { arm, seed, trainings } of runs)
    for (const training of trainings) {
      const where = `training ${training.name} (number ${training.ordinal}) of arm ${arm} with seed ${seed}`;
      const ours = await readTrainingFile(work, training, 'ours');
      const found = await readTrainingFile(work, training, 'twin').then(
        (twin) => traceProblems(ours, twin),
        (error: unknown) => [readFailure(error)],
      );
      problems.push(...found.map((problem) => `${where} ${problem}`));
    }
  if (problems.length === 0) return;
  const more = problems.length > LISTED ? `; and ${problems.length - LISTED} more` : '';
  throw new DataError(`${problems.slice(0, LISTED).join('; ')}${more}`);
}

/** The twin may record more than we do. The details of one update differ where the two sides do: they are evidence. */
function traceProblems(ours: Safetensors, twin: Safetensors): string[] {
  const problems = [...ours.tensors].flatMap(([name, { shape }]) => {
    if (name.startsWith('detail/')) return [];
    const found = twin.tensors.get(name)?.shape;
    if (found === undefined) return [`lacks ${name} [${shape.join(', ')}]`];
    return found.join() === shape.join()
      ? []
      : [`has ${name} as [${found.join(', ')}], ours is [${shape.join(', ')}]`];
  });
  const seconds = Number(twin.metadata['seconds']);
  return seconds >= 0 ? problems : [...problems, 'does not say how many seconds it took'];
}

function readFailure(error: unknown): string {
  if (error instanceof DataError) return `has a broken trace (${error.message})`;
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'has no trace';
  return `has a trace that cannot be read (${error instanceof Error ? error.message : String(error)})`;
}
