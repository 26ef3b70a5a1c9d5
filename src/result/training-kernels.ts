/** Which measured training shows an equation: by its part and, where the equation says so, its arm and training. */
import type { Equation } from '../recipe/recipe.ts';
import type { StepKernels } from '../training/step-kernels.ts';

/** One update of one training. */
export interface TrainingKernels extends StepKernels {
  readonly arm: string;
  /** Its name in the arm. */
  readonly training: string;
}

/** The training that shows an equation; undefined where none has its part. */
export const trainingOf = (
  equation: Equation,
  trainings: readonly TrainingKernels[],
): TrainingKernels | undefined => trainings.find((training) => shows(training, equation));

/** Whether an equation is to be seen in a training. */
export const shows = (found: TrainingKernels, { part, arm, training }: Equation): boolean =>
  (arm === undefined || arm === found.arm) &&
  (training === undefined || training === found.training) &&
  found.parts.some((has) => has.part === part);
