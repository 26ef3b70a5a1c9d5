/** Whether a model, a loss and a data set fit together: asked once, before the first step. */
import type * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset.ts';
import { ModelError, ShapeError } from '../errors.ts';
import { describe, fits } from '../losses/check-targets.ts';
import type { Loss, OutputShape } from '../losses/loss.ts';

/** Throws a ShapeError or ModelError that says what is expected and what came. */
export function checkModelFits(model: tf.LayersModel, data: Dataset, loss: Loss): void {
  if (model.inputs.length !== 1) {
    throw new ModelError(
      `the model has ${model.inputs.length} inputs, and ${data.name} has one array of inputs`,
    );
  }
  const wanted = model.inputs[0]?.shape.slice(1) ?? [];
  const given = data.inputs.shape.slice(1);
  if (!fits(wanted, given))
    throw new ShapeError(`inputs of ${data.name}`, describe(wanted), data.inputs.shape);

  const outputs = model.outputs[0]?.shape.slice(1) ?? [];
  if (data.task === 'classification' && loss.expects === 'logits') checkUnits(outputs, data);
  if (loss.checkTargets !== undefined) {
    loss.checkTargets(data.targets, outputs);
  } else if (data.task === 'classification') {
    throw new ModelError(
      `${loss.lossName} wants numbers as targets, and ${data.name} has class indices; use crossEntropy`,
    );
  } else if (!fits(outputs, data.targets.shape.slice(1))) {
    throw new ShapeError(`targets of ${data.name}`, describe(outputs), data.targets.shape);
  }
}

/** One output per class; or a single one for two classes, the score of class 1. */
function checkUnits(outputs: OutputShape, { name, classes }: Dataset): void {
  const [units, ...more] = outputs;
  if (more.length > 0 || units === classes || (units === 1 && classes === 2)) return;
  throw new ModelError(
    `the model gives ${String(units)} outputs, and ${name} has ${classes} classes: the last layer needs ${classes} units`,
  );
}
