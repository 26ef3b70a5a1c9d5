/** `predict`: values that can be worked out by hand, from every kind of model, and what it refuses. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import type { ModelMeaning } from '../../src/training/model-metadata.ts';
import { exportModel, saveModel } from '../../src/training/model-file.ts';
import { withoutLeak } from '../no-leak.ts';
import { absoluteError, SINGLE } from '../tolerances.ts';
import { useFakeProcess } from './harness.ts';

const cli = useFakeProcess();

beforeEach(async () => {
  await useBackend('cpu');
});

const inFolder = (name: string): string => join(cli.io.cwd, name);

/** A dense layer with these weights, in the folder `m`. */
async function dense(
  kernel: number[][],
  meaning: ModelMeaning = {},
  { activation, save = saveModel }: { activation?: 'softmax' | 'sigmoid'; save?: typeof saveModel } = {},
): Promise<void> {
  const units = kernel[0]?.length ?? 0;
  const layer = tf.layers.dense({
    units,
    inputShape: [kernel.length],
    useBias: false,
    ...(activation && { activation }),
  });
  const model = tf.sequential({ layers: [layer] });
  tf.tidy(() => model.setWeights([tf.tensor2d(kernel)]));
  await save(model, inFolder('m'), meaning);
  model.dispose();
}

async function predicted(rows: string, ...flags: string[]): Promise<string[]> {
  await writeFile(inFolder('d.csv'), rows);
  const code = await withoutLeak(() => cli.run('predict', 'm', '--data', 'csv:d.csv', ...flags));
  expect([code, cli.io.stderr.text]).toEqual([0, expect.stringContaining('csv:d.csv: ')]);
  return cli.io.stdout.lines;
}

/** 1 / (1 + 1/e), with nine digits. */
const P = '0.731058579';
const Q = '0.268941421';

describe('a classifier', () => {
  test('logits become the probabilities of the classes, and the name of the largest', async () => {
    await dense([[1, -1]], { classNames: ['up', 'down'] });
    // Logits ±0.5 differ by 1.
    expect(await predicted('x\n0.5\n-0.5\n0\n')).toEqual([
      'class,probability_up,probability_down',
      `up,${P},${Q}`,
      `down,${Q},${P}`,
      'up,0.5,0.5',
    ]);
    expect(cli.io.stderr.lines).toEqual([
      'backend cpu: CPU (JavaScript), 1 thread',
      'csv:d.csv: a header, 3 rows',
    ]);
  });

  test('one logit is the probability of the second class', async () => {
    await dense([[2]], { classNames: ['no', 'yes'] });
    expect(await predicted('0.5\n-0.5\n')).toEqual(['class,probability_yes', `yes,${P}`, `no,${Q}`]);
  });

  test.each([
    ['softmax', [[1, -1]], `up,${P},${Q}`, 'class,probability_up,probability_down'],
    ['sigmoid', [[2]], `down,${P}`, 'class,probability_down'],
  ] as const)('a %s at the end gives probabilities already', async (activation, kernel, row, heading) => {
    await dense(
      kernel.map((of) => [...of]),
      { classNames: ['up', 'down'] },
      { activation },
    );
    const [first, line = ''] = await predicted('0.5\n');
    expect(first).toBe(heading);
    const [name, ...values] = line.split(',');
    const [wantedName, ...wanted] = row.split(',');
    expect(name).toBe(wantedName);
    // The head computes in float32.
    expect(absoluteError(values.map(Number), wanted.map(Number))).toBeLessThan(SINGLE);
  });

  test('rows are standardised as in training; names may hold anything', async () => {
    const standardisation = { mean: [10], standardDeviation: [4] };
    await dense([[1, -1]], { classNames: ['a,b', 'a "b"'], standardisation }, { save: exportModel });
    // (12 − 10) / 4 = 0.5.
    expect(await predicted('12\n')).toEqual([
      'class,"probability_a,b","probability_a ""b"""',
      `"a,b",${P},${Q}`,
    ]);
  });
});

describe('another model', () => {
  test('one output is the prediction', async () => {
    await dense([[3], [0.5]]);
    expect(await predicted('1,2\n0.1,0\n')).toEqual(['prediction', '4', '0.300000012']);
  });

  test('several outputs stand side by side, of whatever shape', async () => {
    await dense([[1, 2, 3]]);
    expect(await predicted('2\n')).toEqual(['prediction_1,prediction_2,prediction_3', '2,4,6']);
    const model = tf.sequential({ layers: [tf.layers.reshape({ targetShape: [2, 1], inputShape: [1, 2] })] });
    await saveModel(model, inFolder('m'));
    cli.io.stdout.text = '';
    expect(await predicted('7,8\n')).toEqual(['prediction_1,prediction_2', '7,8']);
  });
});

test('--out writes a file, and makes its folder', async () => {
  await dense([[1]]);
  expect(await predicted('1\n', '--out', 'a/p.csv')).toEqual([]);
  expect(await readFile(inFolder('a/p.csv'), 'utf8')).toBe('prediction\n1\n');
  expect((await cli.files()).filter((name) => name.startsWith('a/'))).toEqual(['a/p.csv']);
});

test('a run folder holds its model', async () => {
  await dense([[1]]);
  await mkdir(inFolder('r'));
  await mkdir(inFolder('r/model'));
  for (const name of (await cli.files()).filter((path) => path.startsWith('m/')))
    await writeFile(inFolder(`r/model/${name.slice(2)}`), await readFile(inFolder(name)));
  await writeFile(inFolder('d.csv'), '5\n');
  expect(await cli.run('predict', 'r', '--data', 'csv:d.csv')).toBe(0);
  expect(cli.io.stdout.lines).toEqual(['prediction', '5']);
});

describe('is refused in one line', () => {
  async function refusal(code: number, rows: string, ...flags: string[]): Promise<string> {
    await writeFile(inFolder('d.csv'), rows);
    const before = await cli.files();
    const all = ['predict', 'm', '--data', 'csv:d.csv', ...flags];
    expect([await withoutLeak(() => cli.run(...all)), cli.io.stderr.text]).toEqual([code, expect.anything()]);
    expect(cli.io.stdout.text).toBe('');
    expect(await cli.files()).toEqual(before);
    const errors = cli.io.stderr.lines.filter((line) => line.startsWith('error: '));
    expect(errors).toHaveLength(1);
    return errors[0] ?? '';
  }

  test('a table of another width, with what it holds', async () => {
    await dense([[1], [1]]);
    expect(await refusal(4, 'rooms,garden,price\n1,2,3\n')).toBe(
      `error: ${inFolder('d.csv')}: has 3 columns (rooms, garden, price), and the model takes 2 numbers a row; ` +
        'columns are parted by commas, and the targets are left out',
    );
    cli.io.stderr.text = '';
    expect(await refusal(4, 'a;b\n1;2\n')).toContain('"1;2"');
  });

  test('a cell that is no number, before the backend is opened', async () => {
    await dense([[1]]);
    await refusal(4, '1\nx\n');
    expect(cli.io.stderr.lines).toHaveLength(1);
  });

  test.each([
    ['d.csv', 'must be csv: and a file, received "d.csv"'],
    ['csv:', 'must be csv: and a file, received "csv:"'],
    ['json:d.csv', 'must be csv: and a file, received "json:d.csv"'],
  ])('--data %s', async (data, words) => {
    await dense([[1]]);
    expect(await refusal(2, '1\n', '--data', data)).toContain(words);
  });

  test('no --data', async () => {
    expect(await cli.run('predict', 'm')).toBe(2);
    expect(cli.io.stderr.text).toContain("'--data <csv:file>' not specified");
  });

  test('a folder without a model', async () => {
    await mkdir(inFolder('m'));
    expect(await refusal(5, '1\n')).toContain(
      `cannot find a model in ${inFolder('m')}: neither model.json nor model/model.json is there`,
    );
  });

  test('a damaged model', async () => {
    await dense([[1]]);
    await writeFile(inFolder('m/model.json'), '{"modelTopology": ');
    expect(await refusal(4, '1\n')).toContain('m/model.json is not JSON');
  });

  test('an --out where no file can be', async () => {
    await dense([[1]]);
    await writeFile(inFolder('file'), '');
    expect(await refusal(5, '1\n', '--out', 'file/p.csv')).toContain(
      `cannot write to ${inFolder('file')}: it is a file`,
    );
  });

  test('rows of any size, and classes at several places: a table has no room for them', async () => {
    const any = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [null, 1] })] });
    await saveModel(any, inFolder('m'));
    any.dispose();
    expect(await refusal(4, '1\n')).toContain('the model takes rows of any size, [null, 1]');
    const places = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3, 1] })] });
    await saveModel(places, inFolder('m'), { classNames: ['a', 'b'] });
    places.dispose();
    cli.io.stderr.text = '';
    expect(await refusal(4, '1,2,3\n')).toContain('classes at several places of a row, [1, 3, 2]');
  });
});
