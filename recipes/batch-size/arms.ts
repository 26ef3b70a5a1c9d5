/** The trainings that `batch-size` compares. */
import { ROWS } from './digits-net.ts';

/** The small batch of the claims, and how many times as large the large one is. */
export const [SMALL, RATIO] = [20, 25];
const LARGE = SMALL * RATIO;

/** The options that decide what the arms do. */
interface ArmOptions {
  readonly epochs: number;
  readonly learningRate: number;
  readonly baseRate: number;
  readonly warmupEpochs: number;
}

/** Batch sizes at their tuned rate, then the small batch at a small rate and the large one at that rate scaled up. */
export const arms = ({ epochs, learningRate: rate, baseRate, warmupEpochs }: ArmOptions) => {
  const many = (epochs * ROWS) / SMALL;
  const tuned = { rate, updates: many, warmup: 0, noise: true, order: 'batches' };
  const single = { ...tuned, batchSize: 1, rate: rate / 10, updates: 200 };
  const scaled = { ...tuned, batchSize: LARGE, updates: (epochs * ROWS) / LARGE, noise: false };
  return {
    small: { ...tuned, batchSize: SMALL },
    again: { ...tuned, batchSize: SMALL, order: 'other batches' },
    middle: { ...tuned, batchSize: 100 },
    large: { ...tuned, batchSize: LARGE },
    one: single,
    oneAgain: { ...single, noise: false, order: 'other batches' },
    whole: { ...tuned, batchSize: ROWS, updates: Math.max(epochs, 30), noise: false },
    base: { ...scaled, batchSize: SMALL, updates: many, rate: baseRate },
    unscaled: { ...scaled, rate: baseRate },
    rootScaled: { ...scaled, rate: baseRate * Math.sqrt(RATIO) },
    scaled: { ...scaled, rate: baseRate * RATIO, warmup: (warmupEpochs * ROWS) / LARGE },
    atOnce: { ...scaled, rate: baseRate * RATIO },
  };
};
