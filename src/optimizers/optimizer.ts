/** One optimizer: an update rule, a learning rate, and the rule's state held per variable. */
import * as tf from '@tensorflow/tfjs';
import { infoOfVariable, type ParameterInfo, type ParameterPath } from '../layers/paths.ts';
import type { Clipping } from './clip.ts';
import { isController, type ScheduleController } from '../schedules/controller.ts';
import type { LearningRate } from '../schedules/schedule.ts';
import { exportState, importState, type OptimizerState } from './optimizer-state.ts';
import type { Scalars, Slots, UpdateRule } from './update-rule.ts';

/** The name of the scope in which a variable is updated: `training/kernel-profile.ts` looks for it. */
export const UPDATE_SCOPE = 'optimizer update';

/** A rule with other numbers for the parameters that match. */
export interface RuleGroup {
  readonly match: (parameter: ParameterInfo) => boolean;
  readonly rule: UpdateRule;
  /** @default the optimizer's */
  readonly learningRate?: LearningRate;
}

/** A variable's slots, and the number of its group: 0 is the optimizer's own rule. */
interface Held {
  readonly slots: Readonly<Record<string, tf.Variable>>;
  readonly group: number;
  /** What was known when the group was chosen: a path, once there is one, decides anew. */
  readonly path: ParameterPath | undefined;
}

/**
 * Works in `train` and `minimize`, and everywhere tfjs takes an optimizer: `model.compile`, `optimizer.minimize`,
 * `applyGradients`. Its slots belong to the variable itself: freezing a layer, reordering variables or leaving a
 * gradient out never moves another parameter's state (tfjs keeps slots by position). A parameter without a gradient
 * is left untouched, and so are its slots.
 *
 * Updates are counted for all parameters together. PyTorch counts them per parameter, which differs for one that begins
 * late: its moments are then corrected for fewer updates than ours are.
 */
export class Optimizer extends tf.Optimizer {
  static readonly className = 'TfjsRecipesOptimizer';

  /** tfjs's own `instanceof` takes any object with the methods of an optimizer. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return Function.prototype[Symbol.hasInstance].call(this, value);
  }

  readonly rule: UpdateRule;
  /** η: a number or a schedule. May be set between updates. */
  learningRate: LearningRate;
  /** What is done to all gradients together before an update. */
  readonly clip: Clipping | undefined;
  readonly #groups: readonly RuleGroup[];
  readonly #held = new Map<tf.Variable, Held>();
  #step = 0;

  /** @param groups - Of several that match a parameter the first counts; their rules differ in numbers only. */
  constructor(
    rule: UpdateRule,
    learningRate: LearningRate,
    groups: readonly RuleGroup[] = [],
    clip?: Clipping,
  ) {
    super();
    this.clip = clip;
    this.rule = rule;
    this.learningRate = learningRate;
    this.#groups = groups;
  }

  /** The number of updates made: the step of the next one. */
  get step(): number {
    return this.#step;
  }

  /** The learning rate of update `step` (from 0). */
  rateAt(step: number): number {
    return rateOf(this.learningRate, step);
  }

  /** The learning rates, of groups too, that watch the training. */
  get controllers(): ScheduleController[] {
    const rates = [this.learningRate, ...this.#groups.map(({ learningRate }) => learningRate)];
    return rates.filter((rate) => isController(rate));
  }

  /** The numbers of the first update at a given rate: what tells two optimizers of one rule apart. */
  numbersAtRate(rate: number): number[] {
    return [this.rule, ...this.#groups.map(({ rule }) => rule)].flatMap((rule) =>
      Object.values(rule.scalarsAt(0, rate)),
    );
  }

  /** How many numbers an update takes: a block for the optimizer's rule and one for each group. */
  get scalarCount(): number {
    return this.rule.scalars.length * (1 + this.#groups.length);
  }

  /** The numbers of update `step`, block after block, each in the order of `rule.scalars`. */
  scalarsAt(step: number): number[] {
    const blocks = [{ rule: this.rule }, ...this.#groups].map((group) => {
      const own = 'learningRate' in group ? group.learningRate : undefined;
      return group.rule.scalarsAt(step, rateOf(own ?? this.learningRate, step));
    });
    return blocks.flatMap((block) => this.rule.scalars.map((name) => block[name] ?? Number.NaN));
  }

  /**
   * Creates the slots of every variable that has none yet, and finds its group.
   *
   * @param infoOf - What is known of a variable. @default its own name
   */
  prepare(
    variables: Iterable<tf.Variable>,
    infoOf: (variable: tf.Variable) => ParameterInfo = infoOfVariable,
  ): void {
    for (const variable of variables) {
      const info = infoOf(variable);
      const held = this.#held.get(variable);
      if (held !== undefined && (held.path !== undefined || info.path === undefined)) continue;
      const filled = (value: number): tf.Variable =>
        tf.tidy(() => tf.variable(tf.fill(variable.shape, value), false));
      const group = 1 + this.#groups.findIndex(({ match }) => match(info));
      const { rule } = this.#groups[group - 1] ?? this;
      const fresh = (): Record<string, tf.Variable> =>
        Object.fromEntries(Object.entries(rule.slots).map(([name, value]) => [name, filled(value)]));
      this.#held.set(variable, { slots: held?.slots ?? fresh(), group, path: info.path });
    }
  }

  /** The slots of a variable: none before `prepare`. */
  slotsOf(variable: tf.Variable): Readonly<Record<string, tf.Variable>> {
    return this.#held.get(variable)?.slots ?? {};
  }

  /**
   * One update of one variable, tensor operations only; `prepare` comes before.
   *
   * @param scalars - Rank-0 tensors, as `scalarsAt` orders them.
   */
  update(variable: tf.Variable, gradient: tf.Tensor, scalars: readonly tf.Scalar[]): void {
    const group = this.#held.get(variable)?.group ?? 0;
    const slots = this.slotsOf(variable);
    const first = group * this.rule.scalars.length;
    const named: Scalars = Object.fromEntries(
      this.rule.scalars.flatMap((name, index) => {
        const scalar = scalars[first + index];
        return scalar === undefined ? [] : [[name, scalar]];
      }),
    );
    const { rule } = this.#groups[group - 1] ?? this;
    tf.tidy(UPDATE_SCOPE, () => {
      const after: { parameter: tf.Tensor; slots: Slots } = rule.update(variable, gradient, slots, named);
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
      const given = Object.fromEntries(updates.map(({ variable, tensor }) => [variable.name, tensor]));
      const clipped = this.clip?.apply(given) ?? given;
      for (const { variable, tensor } of updates)
        this.update(variable, clipped[variable.name] ?? tensor, scalars);
    });
    this.advance();
  }

  /** Number of updates, and the slots of every parameter of `model` that has been updated; waits for the device. */
  exportState(model: tf.LayersModel): OptimizerState {
    return exportState(this, model);
  }

  /**
   * Takes over an exported state for a model with the same paths and shapes; training then continues bit for bit.
   * Throws a DataError, before anything is changed, when the rule, a path or a size differs.
   */
  importState(model: tf.LayersModel, state: OptimizerState): void {
    importState(this, model, state);
  }

  /** Sets the number of updates made; for restoring a training. */
  restoreStep(step: number): void {
    this.#step = step;
  }

  /** Whether it holds state for one of the variables. */
  holds(variables: Iterable<tf.Variable>): boolean {
    return [...variables].some((variable) => this.#held.has(variable));
  }

  /** Frees the slots of variables that are gone; the count of updates stays. */
  release(variables: Iterable<tf.Variable>): void {
    for (const variable of variables) {
      tf.dispose(Object.values(this.slotsOf(variable)));
      this.#held.delete(variable);
    }
  }

  /** Frees all slots and starts the count again. */
  override dispose(): void {
    for (const { slots } of this.#held.values()) tf.dispose(Object.values(slots));
    this.#held.clear();
    this.#step = 0;
  }

  getConfig(): tf.serialization.ConfigDict {
    return { rule: this.rule.name };
  }
}

function rateOf(learningRate: LearningRate, step: number): number {
  return typeof learningRate === 'number' ? learningRate : learningRate(step);
}
