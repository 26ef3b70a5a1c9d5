/** One run of `train`: its parts, and what happens around each update. */
import type * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset.ts';
import { DivergenceError } from '../errors.ts';
import { adaptStockLayers } from '../layers/stock-layers.ts';
import type { History, RunOutcome } from '../result/history.ts';
import { addStopSwitch, type Callback, Hooks } from './callback.ts';
import type { CheckpointPart, CheckpointParts } from './checkpoint.ts';
import { Checkpointing } from './checkpointing.ts';
import { evaluate } from './evaluate.ts';
import { refuseForeignState, runLoop, type StepRecord } from './loop.ts';
import { mixup } from './mixup.ts';
import { optimizerState } from './optimizer-state.ts';
import { Progress } from './progress.ts';
import { Recorder } from './recorder.ts';
import type { Update } from './source.ts';
import { isStateful, type Stateful } from './stateful.ts';
import type { StepParts } from './step-parts.ts';
import type { Trainable } from './trainable.ts';
import { trainableModel } from './trainable-model.ts';
import type { CheckedTrainOptions, TrainData } from './train-options.ts';
import { trainingData, type TrainingData } from './training-data.ts';
import { WeightAverage } from './weight-average.ts';

/** How the loop is told that all epochs of a stream have passed. */
const ALL_EPOCHS = 'all epochs';
const COMPLETED: RunOutcome = { kind: 'completed' };

export class Training {
  readonly #model: tf.LayersModel;
  readonly #options: CheckedTrainOptions;
  readonly #data: TrainingData;
  readonly #trainable: Trainable;
  readonly #average: WeightAverage | undefined;
  readonly #callbacks: readonly Callback[];
  readonly #hooks: Hooks;
  readonly #progress: Progress;
  readonly #recorder = new Recorder();
  readonly #checkpoints: Checkpointing;

  constructor(model: tf.LayersModel, data: TrainData, options: CheckedTrainOptions) {
    const { loss, optimizer, averageWeights, callbacks } = options;
    this.#model = model;
    this.#options = options;
    this.#data = trainingData(model, data, options);
    this.#trainable = trainableModel(model, loss);
    refuseForeignState(optimizer, this.#trainable);
    const parameters = this.#trainable.parameters();
    optimizer.prepare(parameters.values(), (variable) => this.#trainable.describe(variable));
    this.#progress = new Progress(optimizer);
    this.#average = averageWeights && new WeightAverage(parameters, averageWeights.decay, optimizer.step);
    this.#callbacks = [...new Set<Callback>([...optimizer.controllers, ...callbacks])];
    this.#hooks = new Hooks(this.#callbacks);
    this.#checkpoints = new Checkpointing(options, this.#data, async () => {
      await this.#tell((hooks) => hooks.tellPassive());
      return this.#parts();
    });
  }

  async run(): Promise<History> {
    const { optimizer } = this.#options;
    const putBack: (() => void)[] = [];
    try {
      putBack.push(addStopSwitch(this.#model));
      this.#hooks.setModel(this.#model, this.#keras());
      await this.#checkpoints.restore();
      putBack.push(adaptStockLayers(this.#model));
      const { firstStep, made: resumed, stoppedBy } = this.#progress;
      const plan = { firstStep, steps: this.#end() - firstStep, resumed };
      await this.#tell((hooks) => hooks.call('onTrainBegin', plan));
      const outcome = stoppedBy === null ? await this.#loop() : ({ kind: 'stopped', by: stoppedBy } as const);
      if (outcome.kind !== 'diverged') await this.#save((checkpoints) => checkpoints.save(optimizer.step));
      if (this.#progress.made > 0) this.#average?.swap();
      const seen = outcome.kind === 'stopped' && outcome.by === ALL_EPOCHS ? COMPLETED : outcome;
      await this.#tell((hooks) => hooks.call('onTrainEnd', this.#recorder.logs(), seen));
      if (seen.kind === 'diverged' && this.#options.onDivergence === 'throw') throw new DivergenceError(seen);
      return this.#recorder.finish(seen, this.#progress.made, {}, resumed);
    } finally {
      for (const undo of putBack) undo();
      this.#average?.dispose();
      this.#hooks.dispose();
    }
  }

  async #loop(): Promise<RunOutcome> {
    if (this.#hasPassedAllEpochs()) return COMPLETED;
    const { optimizer, rng, signal, record } = this.#options;
    const updates = this.#data.source.updates(optimizer.step);
    let update: Update | undefined;
    try {
      return await runLoop({
        trainable: this.#trainable,
        optimizer,
        parts: this.#stepParts(),
        measures: record,
        rng: rng.split('steps'),
        end: this.#end(),
        signal,
        microBatches: async (step) => {
          const next = await this.#recorder.timed('data', async () => (await updates.next()).value);
          update = next;
          await this.#beginStep(step, next);
          return this.#recorder.timed('data', async () => next.batches());
        },
        onStep: async (stepRecord, made) => {
          this.#recordStep(stepRecord);
          if (!made || update === undefined) return undefined;
          await this.#endStep(stepRecord, update);
          if (update.last) this.#progress.epochEnds(update.epoch);
          if (this.#model.stopTraining) this.#progress.stoppedBy = 'callback';
          await this.#save((checkpoints) => checkpoints.saveIfDue(optimizer.step));
          return this.#progress.stoppedBy ?? (this.#hasPassedAllEpochs() ? ALL_EPOCHS : undefined);
        },
        onTurn: () => this.#tell((hooks) => hooks.tellPassive()),
      });
    } finally {
      await updates.return(undefined as never);
    }
  }

  /** The optimizer's count at which the training ends; infinite where only the stream knows. */
  #end(): number {
    const { steps, epochs = 0 } = this.#options;
    const planned = steps ?? epochs * (this.#data.source.updatesPerEpoch ?? Number.POSITIVE_INFINITY);
    return this.#progress.firstStep + planned;
  }

  #stepParts(): StepParts {
    const { optimizer, clip = optimizer.clip, mixup: mixing, rng } = this.#options;
    const outputs = this.#model.outputs[0]?.shape.slice(1) ?? [];
    return {
      batch: mixing ? [mixup(mixing.alpha, outputs, rng.split('mixup'))] : [],
      gradients: clip ? [clip] : [],
      after: this.#average ? [this.#average] : [],
    };
  }

  async #beginStep(step: number, { epoch, first }: Update): Promise<void> {
    if (first) this.#progress.epochBegins(epoch);
    await this.#tell(async (hooks) => {
      if (first) await hooks.call('onEpochBegin', epoch, this.#recorder.logs());
      await hooks.batchBegin(step, () => this.#recorder.logs());
    });
  }

  #recordStep({ step, loss, penalty, learningRate, measured }: StepRecord): void {
    this.#recorder.add('train/loss', step, loss);
    if (penalty !== 0) this.#recorder.add('train/penalty', step, penalty);
    this.#recorder.add('learningRate', step, learningRate);
    for (const [name, value] of Object.entries(measured)) this.#recorder.add(`train/${name}`, step, value);
  }

  async #endStep({ step, loss, weight }: StepRecord, update: Update): Promise<void> {
    this.#progress.addLoss(loss, weight);
    await this.#tell((hooks) => hooks.batchEnd(step, () => this.#recorder.logs()));
    if (update.last) this.#recorder.add('epoch/loss', step + 1, this.#progress.takeEpochLoss());
    const validation = update.last || step + 1 === this.#end() ? this.#data.validation : null;
    if (update.last || validation !== null) await this.#endEpoch(step, update, validation);
  }

  /** Validates, also where the last step is inside an epoch; with the averaged weights, if they are kept. */
  async #endEpoch(step: number, { epoch, last }: Update, validation: Dataset | null): Promise<void> {
    this.#average?.swap();
    try {
      if (validation !== null) {
        await this.#recorder.timed('evaluation', () => this.#validate(step + 1, validation));
        await this.#tell((hooks) => hooks.call('onValidationEnd', step, this.#recorder.logs()));
      }
      if (last) await this.#tell((hooks) => hooks.call('onEpochEnd', epoch, this.#recorder.logs()));
    } finally {
      this.#average?.swap();
    }
  }

  async #validate(step: number, rows: Dataset): Promise<void> {
    const { loss, metrics } = this.#options;
    const values: Record<string, number> = await evaluate(this.#model, rows, { loss, metrics });
    for (const [name, value] of Object.entries(values)) {
      const metric = metrics.find(({ metricName }) => metricName === name);
      this.#recorder.add(`validation/${name}`, step, value, metric?.better ?? 'lower');
    }
  }

  /** Of a stream, whose end no count of updates tells. */
  #hasPassedAllEpochs(): boolean {
    const { epochs } = this.#options;
    return !Number.isFinite(this.#end()) && epochs !== undefined && this.#progress.epochsPassed >= epochs;
  }

  /** What `model.fit` would tell its callbacks. */
  #keras(): { epochs: number; steps: number | null } {
    const { epochs, steps = 0 } = this.#options;
    const perEpoch = this.#data.source.updatesPerEpoch;
    return { epochs: epochs ?? Math.ceil(steps / (perEpoch ?? steps)), steps: perEpoch ?? null };
  }

  #tell(work: (hooks: Hooks) => Promise<void>): Promise<void> {
    return this.#recorder.timed('callbacks', () => work(this.#hooks));
  }

  #save(work: (checkpoints: Checkpointing) => Promise<void>): Promise<void> {
    return this.#recorder.timed('checkpoint', () => work(this.#checkpoints));
  }

  /** The state of the training, part by part. */
  #parts(): CheckpointParts {
    const average = this.#average;
    const callbacks = this.#callbacks
      .filter((callback): callback is Callback & Stateful => isStateful(callback))
      .map((callback, index) => [`callback ${index}`, callback] as const);
    // The progress first: it may refuse, and nothing of the others is changed then.
    return new Map<string, CheckpointPart>([
      ['progress', this.#progress],
      ['model', this.#trainable],
      ['optimizer', optimizerState(this.#options.optimizer, this.#trainable)],
      ...(average ? [['average', average] as const] : []),
      ...callbacks,
      ['history', this.#recorder],
    ]);
  }
}
