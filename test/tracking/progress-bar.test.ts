import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { OptionError } from '../../src/errors.ts';
import { progressBar, type ProgressBar } from '../../src/tracking/progress-bar.ts';
import { smallTraining } from './small-training.ts';

const CLEAR = '\u001b[1G\u001b[2K';

interface Stream {
  text: string;
  isTTY?: boolean;
  columns?: number;
  write(text: string): void;
}

const streamOf = (options: Pick<Stream, 'isTTY' | 'columns'> = {}): Stream => ({
  text: '',
  write(text) {
    this.text += text;
  },
  ...options,
});

const lines = ({ text }: Stream): string[] => text.split('\n').filter((line) => line !== '');
const frames = ({ text }: Stream): string[] => text.split(CLEAR).slice(1);

describe('by a clock of the test', () => {
  let clock = 0;
  beforeEach(() => {
    clock = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clock);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** Updates of `milliseconds` each, with the loss 1 / (made here). */
  function updates(bar: ProgressBar, count: number, milliseconds: number): void {
    for (let made = 1; made <= count; made++) {
      clock += milliseconds;
      bar.onBatchEnd(made, { 'train/loss': 1 / made, learningRate: 0.1, 'validation/accuracy': 0.75 });
    }
  }

  test('a terminal shows share, time left, step, rate and values, and keeps one line', () => {
    const stream = streamOf({ isTTY: true, columns: 100 });
    const bar = progressBar({ stream });
    bar.onTrainBegin({ firstStep: 0, steps: 8, resumed: 0 });
    updates(bar, 6, 1000);
    bar.onTrainEnd({ 'train/loss': 0.25, 'validation/accuracy': 0.8 }, { kind: 'stopped', by: 'signal' });
    bar.dispose();
    const shown = frames(stream);
    expect(shown[0]).toBe('██░░░░░░░░░░░░░░ 12 % · 1 steps/s · step 1/8 · loss 1 · validation/accuracy 0.75');
    expect(shown[5]).toBe(
      '████████████░░░░ 75 % · 2 s left · 1 steps/s · step 6/8 · loss 0.1667 · validation/accuracy 0.75',
    );
    expect(shown[6]).toBe(
      'stopped by signal · step 6/8 · 6 s · 1 steps/s · loss 0.25 · validation/accuracy 0.8\n',
    );
    expect(shown).toHaveLength(7);
  });

  test('it is renewed at most ten times a second, within the columns that there are', () => {
    const stream = streamOf({ isTTY: true, columns: 30 });
    const bar = progressBar({ stream });
    bar.onTrainBegin({ firstStep: 0, steps: 5000, resumed: 0 });
    updates(bar, 1000, 1);
    expect(frames(stream)).toHaveLength(10);
    for (const frame of frames(stream)) expect(frame).toMatch(/^[█░]{8} .{20}$/u);
  });

  test('elsewhere a plain line comes every five seconds, and one at the end', () => {
    const stream = streamOf();
    const bar = progressBar({ stream });
    bar.onTrainBegin({ firstStep: 0, steps: 240, resumed: 0 });
    updates(bar, 120, 100);
    bar.onTrainEnd({ 'train/loss': 0.5 });
    bar.dispose();
    expect(lines(stream)).toEqual([
      '20 % · 19 s left · 10 steps/s · step 50/240 · loss 0.02 · validation/accuracy 0.75',
      '41 % · 14 s left · 10 steps/s · step 100/240 · loss 0.01 · validation/accuracy 0.75',
      'step 120/240 · 12 s · 10 steps/s · loss 0.5 · validation/accuracy 0.75',
    ]);
  });

  test('after a resume the steps before count as done, and not as fast', () => {
    const stream = streamOf();
    const bar = progressBar({ stream });
    clock = 1e6;
    // Updates 100 to 199, of which 60 were made by an earlier process; 2 a second.
    bar.onTrainBegin({ firstStep: 100, steps: 100, resumed: 60 });
    updates(bar, 10, 500);
    expect(lines(stream)).toEqual([
      '70 % · 15 s left · 2 steps/s · step 170/200 · loss 0.1 · validation/accuracy 0.75',
    ]);
  });

  test('where nobody knows how many steps there are, nothing is foretold', () => {
    for (const isTTY of [false, true]) {
      const stream = streamOf({ isTTY, columns: 80 });
      const bar = progressBar({ stream });
      bar.onTrainBegin({ firstStep: 0, steps: Number.POSITIVE_INFINITY, resumed: 5 });
      updates(bar, 5, 1000);
      expect(stream.text).toContain('1 steps/s · step 10 · loss 0.2');
      expect(stream.text).not.toMatch(/%|left|NaN|∞|█/);
    }
  });

  test('a training that ends before its first step, and one that diverges', () => {
    const stream = streamOf();
    const bar = progressBar({ stream });
    bar.onTrainBegin({ firstStep: 0, steps: 4, resumed: 4 });
    bar.onTrainEnd({ 'train/loss': 0.5 }, { kind: 'completed' });
    bar.onTrainBegin({ firstStep: 0, steps: 4, resumed: 0 });
    bar.onTrainEnd(
      { 'train/loss': Number.NaN },
      { kind: 'diverged', step: 0, tensor: 'loss', learningRate: 1 },
    );
    expect(lines(stream)).toEqual([
      'step 4/4 · 0 s · loss 0.5',
      'diverged at step 0: loss · step 0/4 · 0 s · loss NaN',
    ]);
  });

  test('a training that throws leaves an empty line; a name cannot move the cursor', () => {
    const stream = streamOf({ isTTY: true, columns: 80 });
    const bar = progressBar({ stream });
    bar.onTrainBegin({ firstStep: 0, steps: 4, resumed: 0 });
    clock = 1;
    bar.onBatchEnd(0, { 'validation/a\n\u001b[2Jb': 1 });
    bar.dispose();
    expect(frames(stream)).toEqual([
      '████░░░░░░░░░░░░ 25 % · 1000 steps/s · step 1/4 · validation/a [2Jb 1',
      '',
    ]);
    bar.dispose();
    expect(frames(stream)).toHaveLength(2);
  });
});

describe('in a training', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  test('the last line has the last values', async () => {
    const stream = streamOf();
    const history = await smallTraining({ callbacks: [progressBar({ stream })], steps: 7 });
    const [line = '', ...others] = lines(stream);
    expect(others).toEqual([]);
    expect(line).toMatch(/^step 7\/7 · \S+ s · [\d.]+ steps\/s · loss [\d.]+ · validation\/loss [\d.]+$/);
    const shown = Number(/ · loss ([\d.]+)/.exec(line)?.[1]);
    // Four digits are shown.
    expect(Math.abs(shown / history.last('train/loss') - 1)).toBeLessThan(1e-3);
  });

  test("model.fit takes it too, and shows tfjs's names", async () => {
    const stream = streamOf();
    const model = tf.sequential({ layers: [tf.layers.dense({ inputShape: [1], units: 1 })] });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const [x, y] = [tf.ones([6, 1]), tf.ones([6, 1])];
    const options = { epochs: 3, batchSize: 2, validationData: [x, y] as [tf.Tensor, tf.Tensor], verbose: 0 };
    await model.fit(x, y, { ...options, callbacks: progressBar({ stream }) });
    expect(lines(stream)).toEqual([
      expect.stringMatching(/^step 9 · \S+ s · [\d.]+ steps\/s · loss \S+ · val_loss \S+$/),
    ]);
    tf.dispose([x, y]);
    model.dispose();
  });
});

test('where there is no process, the stream must be given', () => {
  vi.stubGlobal('process', undefined);
  try {
    expect(() => progressBar()).toThrow(OptionError);
    expect(() => progressBar()).toThrow(
      'stream must be given where there is no process.stderr (such as { write: ',
    );
    const stream = streamOf();
    progressBar({ stream }).onTrainEnd();
    expect(stream.text).toMatch(/^step 0/);
  } finally {
    vi.unstubAllGlobals();
  }
  expect(() => progressBar()).not.toThrow();
});

test.each([[{ stream: null }], [{ stream: {} }], [{ strem: process.stderr }]])('refuses %j', (options) => {
  expect(() => progressBar(options as never)).toThrow(OptionError);
});
