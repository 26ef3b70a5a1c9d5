/** One optimizer: an update rule, a learning rate, and the rule's state held per variable. */
import * as tf from '@tensorflow/tfjs';
import { DataError } from '../errors.ts';
import { type ParameterPath, parameterPaths } from '../layers/paths.ts';
import type { LearningRate } from '../schedules/schedule.ts';
import type { Scalars, Slots, UpdateRule } from './update-rule.ts';

/** The state of an optimizer as plain data; it fits a rebuilt model, since slots go by {@link ParameterPath}. */
export interface OptimizerState {
  readonly rule: string;
  /** Updates made. */
  readonly step: number;
  /** Per parameter, per slot: the values in row-major order. */
  readonly slots: Readonly<Record<ParameterPath, Readonly<Record<string, Float32Array>>>>;
}

/**
 * Works in `train` and `minimize`, and everywhere tfjs takes an optimizer: `model.compile`, `optimizer.minimize`,
 * `applyGradients`. Its slots belong to the variable itself: freezing a layer, reordering variables or leaving a
 * gradient out never moves another parameter's state (tfjs keeps slots by position). A parameter without a gradient
 * is left untouched, and so are its slots.
 */
export class Optimizer extends tf.Optimizer {
  /** @nocollapse */
  static readonly className = 'TfjsRecipesOptimizer';
  readonly rule: UpdateRule;
  /** η: a number or a schedule. May be set between updates. */
  learningRate: LearningRate;
  readonly #slots = new Map<tf.Variable, Record<string, tf.Variable>>();
  #step = 0;

  constructor(rule: UpdateRule, learningRate: LearningRate) {
    super();
    this.rule = rule;
    this.learningRate = learningRate;
  }

  /** The number of updates made: the step of the next one. */
  get step(): number {
    return this.#step;
  }

  /** The learning rate of update `step` (from 0). */
  rateAt(step: number): number {
    return typeof this.learningRate === 'number' ? this.learningRate : this.learningRate(step);
  }

  /** The rule's numbers for update `step`, in the order of `rule.scalars`. */
  scalarsAt(step: number): number[] {
    const values = this.rule.scalarsAt(step, this.rateAt(step));
    return this.rule.scalars.map((name) => values[name] ?? Number.NaN);
  }

  /** Creates the slots of every variable that has none yet, as zeros. */
  prepare(variables: readonly tf.Variable[]): void {
    for (const variable of variables) {
      if (this.#slots.has(variable)) continue;
      const zeros = (): tf.Variable => tf.tidy(() => tf.variable(tf.zeros(variable.shape), false));
      this.#slots.set(variable, Object.fromEntries(this.rule.slots.map((name) => [name, zeros()])));
    }
  }

  /** The slots of a variable: none before `prepare`. */
  slotsOf(variable: tf.Variable): Readonly<Record<string, tf.Variable>> {
    return this.#slots.get(variable) ?? {};
  }

  /**
   * One update of one variable, tensor operations only; `prepare` comes before.
   *
   * @param scalars - Rank-0 tensors in the order of `rule.scalars`.
   */
  update(variable: tf.Variable, gradient: tf.Tensor, scalars: readonly tf.Scalar[]): void {
    const slots = this.slotsOf(variable);
    const named: Scalars = Object.fromEntries(
      this.rule.scalars.flatMap((name, index) => (scalars[index] ? [[name, scalars[index]]] : [])),
    );
    tf.tidy(() => {
      const after: { parameter: tf.Tensor; slots: Slots } = this.rule.update(
        variable,
        gradient,
        slots,
        named,
      );
      for (const [name, value] of Object.entries(after.slots)) slots[name]?.assign(value);
      variable.assign(after.parameter);
    });
  }

  /** Counts one update as made; `step` is the new number of updates. */
  advance(): void {
    this.#step += 1;
  }

  /** The way in for `model.compile`, `optimizer.minimize` and loops of one's own: one update of all named variables. */
  applyGradients(gradients: tf.NamedTensorMap | { name: string; tensor: tf.Tensor }[]): void {
    const named = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    const registered = tf.engine().registeredVariables;
    const updates = named.flatMap(({ name, tensor }) => {
      const variable = registered[name];
      return variable === undefined || tensor === null || tensor === undefined ? [] : [{ variable, tensor }];
    });
    this.prepare(updates.map(({ variable }) => variable));
    tf.tidy(() => {
      const scalars = this.scalarsAt(this.#step).map((value) => tf.scalar(value));
      for (const { variable, tensor } of updates) this.update(variable, tensor, scalars);
    });
    this.advance();
  }

  /** Number of updates, and the slots of every parameter of `model` that has been updated; waits for the device. */
  exportState(model: tf.LayersModel): OptimizerState {
    const slots: Record<ParameterPath, Record<string, Float32Array>> = {};
    for (const [path, variable] of parameterPaths(model)) {
      const own = this.#slots.get(variable);
      if (own === undefined) continue;
      slots[path] = Object.fromEntries(
        Object.entries(own).map(([name, value]) => [name, Float32Array.from(value.dataSync())]),
      );
    }
    return { rule: this.rule.name, step: this.#step, slots };
  }

  /**
   * Takes over an exported state for a model with the same paths and shapes; training then continues bit for bit.
   * Throws a DataError, before anything is changed, when the rule, a path or a size differs.
   */
  importState(model: tf.LayersModel, state: OptimizerState): void {
    if (state.rule !== this.rule.name) {
      throw new DataError(`optimizer state: it is ${state.rule}'s, this optimizer is ${this.rule.name}`);
    }
    const variables = parameterPaths(model);
    const assignments = Object.entries(state.slots).map(([path, slots]) => {
      const variable = variables.get(path);
      if (variable === undefined) throw new DataError(`optimizer state: the model has no parameter ${path}`);
      for (const name of this.rule.slots) {
        const size = slots[name]?.length;
        if (size !== variable.size) {
          throw new DataError(
            `optimizer state: ${path} needs ${variable.size} values of ${name}, found ${size ?? 'none'}`,
          );
        }
      }
      return { variable, slots };
    });
    this.prepare(assignments.map(({ variable }) => variable));
    for (const { variable, slots } of assignments) {
      const own = this.slotsOf(variable);
      for (const name of this.rule.slots) {
        tf.tidy(() => own[name]?.assign(tf.tensor(slots[name] ?? [], variable.shape)));
      }
    }
    this.#step = state.step;
  }

  /** Sets the number of updates made; for restoring a training. */
  restoreStep(step: number): void {
    this.#step = step;
  }

  /** Frees the slots. The next update starts from zeros. */
  override dispose(): void {
    for (const slots of this.#slots.values()) tf.dispose(slots);
    this.#slots.clear();
    this.#step = 0;
  }

  getConfig(): tf.serialization.ConfigDict {
    return { rule: this.rule.name };
  }
}
