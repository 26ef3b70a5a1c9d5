/** Whether a model, a loss and a data set fit together: asked once, before the first step. */
import type * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset.ts';
import { ModelError, ShapeError } from '../errors.ts';
import type { Loss } from '../losses/loss.ts';

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
  if (data.task === 'regression') {
    const targets = data.targets.shape.slice(1);
    if (!fits(outputs, targets))
      throw new ShapeError(`targets of ${data.name}`, describe(outputs), data.targets.shape);
    if (loss.expects === 'logits')
      throw new ModelError(`${loss.lossName} is a loss of classes, and ${data.name} is a regression`);
  } else if (outputs.at(-1) !== data.classes) {
    throw new ModelError(
      `the model gives ${String(outputs.at(-1))} outputs, and ${data.name} has ${data.classes} classes: ` +
        `the last layer needs ${data.classes} units`,
    );
  } else if (loss.expects !== 'logits') {
    throw new ModelError(
      `${loss.lossName} wants numbers as targets, and ${data.name} has class indices; use crossEntropy`,
    );
  }
}

function fits(wanted: readonly (number | null)[], given: readonly number[]): boolean {
  return (
    wanted.length === given.length && wanted.every((size, axis) => size === null || size === given[axis])
  );
}

function describe(shape: readonly (number | null)[]): string {
  return `[rows${shape.map((size) => `, ${size ?? 'any'}`).join('')}]`;
}
