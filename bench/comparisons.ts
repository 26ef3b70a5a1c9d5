/** The table of comparisons, and the sides that they name. A later issue adds its rows here. */
import { trainWithOurs, updateWithOurs } from './ours.ts';
import { CNN, CNN_BATCH_NORM, LAYER_NORM, MLP_64, MLP_784, MLP_784_512 } from './problems.ts';
import type { Side } from './side.ts';
import { fitWithStock, loopWithStock, updateWithStock } from './stock.ts';

const steps784 = { warmUpSteps: 32, steps: 96 };
const steps64 = { warmUpSteps: 280, steps: 560 };
const stepsLayerNorm = { warmUpSteps: 56, steps: 112 };
const steps512 = { warmUpSteps: 16, steps: 48 };
/** cpu makes a step or two in five seconds; what it came to is not comparable with the longer run on wasm. */
const stepsCnn = { warmUpSteps: 20, steps: 80 };
const stepsCnnOnCpu = { warmUpSteps: 1, steps: 2 };
const updatesOnWasm = { warmUpSteps: 200, steps: 1000 };
const updatesOnCpu = { warmUpSteps: 20, steps: 60 };

/** Every side by name; sides that are compared stand next to each other, so that their turns do too. */
export const SIDES = {
  'mlp-784-ours': { ...steps784, prepare: () => trainWithOurs(MLP_784) },
  'mlp-784-loop': { ...steps784, prepare: () => loopWithStock(MLP_784) },
  'mlp-784-fit': { ...steps784, prepare: () => fitWithStock(MLP_784) },
  'mlp-64-ours': { ...steps64, prepare: () => trainWithOurs(MLP_64) },
  'mlp-64-fit': { ...steps64, prepare: () => fitWithStock(MLP_64) },
  'layer-norm-ours': { ...stepsLayerNorm, prepare: () => trainWithOurs(LAYER_NORM) },
  'layer-norm-loop': { ...stepsLayerNorm, prepare: () => loopWithStock(LAYER_NORM) },
  'cnn-ours': { ...stepsCnn, prepare: () => trainWithOurs(CNN) },
  'cnn-cpu': { ...stepsCnnOnCpu, prepare: () => loopWithStock(CNN, 'cpu') },
  'cnn-norm-ours': { ...stepsCnn, prepare: () => trainWithOurs(CNN_BATCH_NORM) },
  'cnn-norm-cpu': { ...stepsCnnOnCpu, prepare: () => loopWithStock(CNN_BATCH_NORM, 'cpu') },
  'mlp-512-2-threads': { ...steps512, prepare: () => trainWithOurs(MLP_784_512, 2) },
  'mlp-512-1-thread': { ...steps512, prepare: () => trainWithOurs(MLP_784_512, 1) },
  'adam-wasm-ours': { ...updatesOnWasm, prepare: () => updateWithOurs('wasm') },
  'adam-wasm-stock': { ...updatesOnWasm, prepare: () => updateWithStock('wasm') },
  'adam-cpu-ours': { ...updatesOnCpu, prepare: () => updateWithOurs('cpu') },
  'adam-cpu-stock': { ...updatesOnCpu, prepare: () => updateWithStock('cpu') },
} as const satisfies Readonly<Record<string, Side>>;

export type SideName = keyof typeof SIDES;

export interface Comparison {
  readonly id: string;
  readonly what: string;
  readonly ours: SideName;
  readonly opponent: SideName;
  /** The least ratio of speeds, ours over the opponent's, that is promised; null promises nothing. */
  readonly wanted: number | null;
  readonly unit: 'steps/s' | 'updates/s';
}

export const COMPARISONS: readonly Comparison[] = [
  {
    id: 'mlp-784-loop',
    what: '784-128-10, batch 128, Adam, wasm: train() against a loop with stock tfjs',
    ours: 'mlp-784-ours',
    opponent: 'mlp-784-loop',
    wanted: 2,
    unit: 'steps/s',
  },
  {
    id: 'mlp-784-fit',
    what: '784-128-10, batch 128, Adam, wasm: train() against stock model.fit',
    ours: 'mlp-784-ours',
    opponent: 'mlp-784-fit',
    wanted: 2,
    unit: 'steps/s',
  },
  {
    id: 'mlp-64-fit',
    what: '64-64-10, batch 64, Adam, wasm: train() against stock model.fit',
    ours: 'mlp-64-ours',
    opponent: 'mlp-64-fit',
    wanted: 1.3,
    unit: 'steps/s',
  },
  {
    id: 'layer-norm',
    what: '64-128-128-10 with layer norm, batch 128, Adam, wasm: train() against a loop with stock tfjs',
    ours: 'layer-norm-ours',
    opponent: 'layer-norm-loop',
    wanted: 1.5,
    unit: 'steps/s',
  },
  {
    id: 'cnn',
    what: 'convolutions 8 and 16, 28×28, batch 32, Adam: train() on wasm against a loop on cpu (stock wasm cannot)',
    ours: 'cnn-ours',
    opponent: 'cnn-cpu',
    wanted: 40,
    unit: 'steps/s',
  },
  {
    id: 'cnn-batch-norm',
    what: 'the same with batch norm after each convolution',
    ours: 'cnn-norm-ours',
    opponent: 'cnn-norm-cpu',
    wanted: 30,
    unit: 'steps/s',
  },
  {
    id: 'threads',
    what: '784-128-10, batch 512, Adam, wasm: 2 threads against 1, both train()',
    ours: 'mlp-512-2-threads',
    opponent: 'mlp-512-1-thread',
    wanted: 1.4,
    unit: 'steps/s',
  },
  {
    id: 'adam-wasm',
    what: 'Adam update of 100 000 parameters, wasm: adam() against tf.train.adam',
    ours: 'adam-wasm-ours',
    opponent: 'adam-wasm-stock',
    wanted: 1,
    unit: 'updates/s',
  },
  {
    id: 'adam-cpu',
    what: 'Adam update of 100 000 parameters, cpu: adam() against tf.train.adam',
    ours: 'adam-cpu-ours',
    opponent: 'adam-cpu-stock',
    wanted: 1,
    unit: 'updates/s',
  },
];
