/** `predict`: a trained model on the rows of a file. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import type { BackendName } from '../backend/backend-info.ts';
import { useBackend } from '../backend/use-backend.ts';
import { DataError, FileError, ModelError, OptionError } from '../errors.ts';
import { encodeCsv } from '../formats/csv.ts';
import { classesOf, type OutputKind, probabilitiesOf } from '../metrics/class-outputs.ts';
import { loadModel } from '../training/model-file.ts';
import { predict, type Predictions } from '../training/predict.ts';
import { probabilityHead } from '../training/trainable-model.ts';
import { backendText } from './backend-text.ts';
import { type CsvNumbers, readCsvNumbers } from './csv-numbers.ts';
import type { CliIo } from './io.ts';
import { checkWritable } from './run-folder.ts';
import { writeWhole } from './whole-file.ts';

export interface PredictFlags {
  /** `csv:` and a path. */
  readonly data: string;
  readonly out?: string;
  readonly backend: BackendName | 'auto';
}

/** Everything about the files is checked before the backend is opened. */
export async function predictCommand(folder: string, flags: PredictFlags, io: CliIo): Promise<void> {
  const path = resolve(io.cwd, pathOf(flags.data));
  const out = flags.out === undefined ? undefined : resolve(io.cwd, flags.out);
  if (out !== undefined) await checkWritable(dirname(out));
  const modelFolder = await findModel(resolve(io.cwd, folder));
  const table = await readCsvNumbers(path);
  io.stderr.write(backendText(await useBackend(flags.backend), false));
  const text = encodeCsv(await predictionRows(modelFolder, path, table));
  const header = table.header === null ? 'no header' : 'a header';
  io.stderr.write(`${flags.data}: ${header}, ${table.rows} ${table.rows === 1 ? 'row' : 'rows'}\n`);
  if (out === undefined) io.stdout.write(text);
  else await writeOut(out, text);
}

function pathOf(data: string): string {
  const [, path] = /^csv:(.+)$/s.exec(data) ?? [];
  if (path !== undefined) return path;
  throw new OptionError('predict', [
    { path: '--data', rule: 'must be csv: and a file', received: data, hint: 'such as csv:houses.csv' },
  ]);
}

/** A run folder holds its model in `model/`; else the folder is the model's own. */
async function findModel(folder: string): Promise<string> {
  for (const place of [folder, join(folder, 'model')])
    if ((await stat(join(place, 'model.json')).catch(() => undefined)) !== undefined) return place;
  const cause =
    'neither model.json nor model/model.json is there; run keeps the last model that the arm of the first claim trains';
  throw new FileError(folder, 'cannot find a model in', cause);
}

async function predictionRows(
  folder: string,
  path: string,
  { values, rows, columns, header }: CsvNumbers,
): Promise<(string | number)[][]> {
  const loaded = await loadModel(folder);
  const { model, classNames } = loaded;
  try {
    const shape = rowShape(model);
    const wanted = shape.reduce((size, axis) => size * axis, 1);
    if (columns !== wanted) {
      const names = header === null ? '' : ` (${header.slice(0, 3).join(', ')}${columns > 3 ? ', …' : ''})`;
      throw new DataError(
        `${path}: has ${columns} columns${names}, and the model takes ${wanted} numbers a row; columns are parted by commas, and the targets are left out`,
      );
    }
    const from = probabilityHead(model) === undefined ? 'logits' : 'probabilities';
    const predictions = await predict(loaded, { values, shape: [rows, ...shape] }, { from });
    return classNames === null ? outputRows(predictions) : classRows(predictions, classNames, from);
  } finally {
    model.dispose();
  }
}

function rowShape(model: tf.LayersModel): number[] {
  const shape = model.inputs[0]?.shape.slice(1) ?? [];
  return shape.map((axis) => {
    if (axis !== null) return axis;
    throw new ModelError(
      `the model takes rows of any size, [${shape.map(String).join(', ')}], which a table cannot tell: call predict in a program`,
    );
  });
}

/** The outputs of each row as they are. */
function outputRows({ values, shape }: Predictions): (string | number)[][] {
  const [rows = 0] = shape;
  const width = values.length / rows;
  const names = Array.from({ length: width }, (_, index) => `prediction_${index + 1}`);
  return [width === 1 ? ['prediction'] : names, ...chunks(values, width)];
}

/** The class of each row, and the probability of each class; of two that one output tells apart, that of the second. */
function classRows(
  { values, shape, labels }: Predictions,
  classNames: readonly string[],
  from: OutputKind,
): (string | number)[][] {
  const [rows = 0, width = 1, ...more] = shape;
  if (more.length > 0)
    throw new ModelError(
      `the model gives classes at several places of a row, [${shape.join(', ')}], and a table has one: call predict in a program`,
    );
  const classes = classesOf(width);
  const targets = new Int32Array(rows);
  const probabilities = probabilitiesOf({ targets, outputs: values, width, classes, from });
  const shown = classes - width;
  return [
    ['class', ...classNames.slice(shown).map((name) => `probability_${name}`)],
    ...chunks(probabilities, classes).map((row, index) => [labels?.[index] ?? '', ...row.slice(shown)]),
  ];
}

/** Nine digits tell float32 numbers apart. */
function chunks(values: Float32Array | Float64Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, row) =>
    Array.from(values.subarray(row * width, (row + 1) * width), (value) => Number(value.toPrecision(9))),
  );
}

async function writeOut(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeWhole(path, text);
  } catch (error) {
    throw new FileError(path, 'cannot write', error);
  }
}
