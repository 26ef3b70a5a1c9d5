/** The state of an optimizer as plain data, by the paths of a model's parameters. */
import * as tf from '@tensorflow/tfjs';
import { DataError } from '../errors.ts';
import { infoOfVariable, parameterInfos, type ParameterPath, parameterPaths } from '../layers/paths.ts';
import type { Optimizer } from './optimizer.ts';

/**
 * The state of an optimizer as data for `structuredClone` or a worker (JSON has no typed arrays); it fits a rebuilt
 * model, since slots go by {@link ParameterPath}.
 */
export interface OptimizerState {
  readonly rule: string;
  /** Updates made. */
  readonly step: number;
  /** Per parameter, per slot: the values in row-major order. */
  readonly slots: Readonly<Record<ParameterPath, Readonly<Record<string, Float32Array>>>>;
}

/** See `Optimizer.exportState`. */
export function exportState(optimizer: Optimizer, model: tf.LayersModel): OptimizerState {
  const slots: Record<ParameterPath, Record<string, Float32Array>> = {};
  for (const [path, variable] of parameterPaths(model)) {
    if (!optimizer.holds([variable])) continue;
    slots[path] = Object.fromEntries(
      Object.entries(optimizer.slotsOf(variable)).map(([name, value]) => [
        name,
        Float32Array.from(value.dataSync()),
      ]),
    );
  }
  return { rule: optimizer.rule.name, step: optimizer.step, slots };
}

/** See `Optimizer.importState`. */
export function importState(optimizer: Optimizer, model: tf.LayersModel, state: OptimizerState): void {
  const { rule } = optimizer;
  if (state.rule !== rule.name)
    throw new DataError(`optimizer state: it is ${state.rule}'s, this optimizer is ${rule.name}`);
  const names = Object.keys(rule.slots);
  const variables = parameterPaths(model);
  const assignments = Object.entries(state.slots).map(([path, slots]) => {
    const variable = variables.get(path);
    if (variable === undefined) throw new DataError(`optimizer state: the model has no parameter ${path}`);
    for (const name of names) {
      const size = slots[name]?.length;
      if (size === variable.size) continue;
      throw new DataError(
        `optimizer state: ${path} needs ${variable.size} values of ${name}, found ${size ?? 'none'}`,
      );
    }
    return { variable, slots };
  });
  if (!Number.isSafeInteger(state.step) || state.step < 0)
    throw new DataError(`optimizer state: step must be an integer >= 0, found ${String(state.step)}`);
  const infos = parameterInfos(model);
  optimizer.prepare(
    assignments.map(({ variable }) => variable),
    (variable) => infos.get(variable) ?? infoOfVariable(variable),
  );
  for (const { variable, slots } of assignments) {
    const own = optimizer.slotsOf(variable);
    for (const name of names) tf.tidy(() => own[name]?.assign(tf.tensor(slots[name] ?? [], variable.shape)));
  }
  optimizer.restoreStep(state.step);
}
