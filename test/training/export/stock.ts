/** Exported models as stock tfjs opens them: over HTTP, in a program that knows nothing of this package. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join, normalize } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { exportModel } from '../../../src/training/model-file.ts';
import { predict } from '../../../src/training/predict.ts';
import { withoutLeak } from '../../no-leak.ts';
import { buildModel, MODELS, rowsFor } from './models.ts';

/** A model to open and rows to give it. */
export interface StockCase {
  readonly url: string;
  readonly values: readonly number[];
  readonly shape: readonly number[];
}

/** Exports every model of the table into a folder of its own, and says what each gives here. */
export async function exportModels(
  folder: string,
  address: string,
): Promise<{ cases: StockCase[]; expected: StockRun['results'] }> {
  const cases: StockCase[] = [];
  const expected: StockRun['results'] = [];
  for (const [index, each] of MODELS.entries()) {
    const model = buildModel(each);
    const { values, shape } = rowsFor(model, each);
    const outputs = Array.from((await predict(model, { values, shape })).values);
    const { inputNames, outputNames } = model;
    expected.push({ outputs, inputNames, outputNames });
    await withoutLeak(() => exportModel(model, join(folder, String(index))));
    cases.push({ url: `${address}/${index}/model.json`, values: Array.from(values), shape });
  }
  return { cases, expected };
}

/** What stock tfjs made of the models. */
export interface StockRun {
  /** The names of all classes that it knew before. */
  readonly classes: string[];
  readonly results: { outputs: number[]; inputNames: string[]; outputNames: string[] }[];
}

/** Runs in a program or a page in which `library` is stock tfjs: it may use nothing around it. */
export async function stockRun(
  library: typeof tf,
  backend: string,
  cases: readonly StockCase[],
): Promise<StockRun> {
  const classes = Object.keys(library.serialization.SerializationMap.getMap().classNameMap);
  await library.setBackend(backend);
  const results: StockRun['results'] = [];
  for (const { url, values, shape } of cases) {
    const model = await library.loadLayersModel(url);
    const output = model.predict(library.tensor([...values], [...shape])) as tf.Tensor;
    const { inputNames, outputNames } = model;
    results.push({ outputs: Array.from(await output.data()), inputNames, outputNames });
  }
  return { classes, results };
}

/** The same as an expression for a page with tfjs's script, where `tf` is a global. */
export const stockScript = (backend: string, cases: readonly StockCase[]): string =>
  `(${stockRun.toString()})(tf, ${JSON.stringify(backend)}, ${JSON.stringify(cases)})`;

/** The same as a program for `node --eval`, to be run in the folder of this package. */
export const stockProgram = (backend: string, cases: readonly StockCase[]): string => `
  import * as tf from '@tensorflow/tfjs';
  process.stdout.write(JSON.stringify(await ${stockScript(backend, cases)}));`;

/** Serves the files of a folder, and `/tf.js`, tfjs as a script, with an empty page at `/`. */
export async function serveFolder(folder: string): Promise<{ server: Server; address: string }> {
  const server = createServer((request, response) => {
    void read(request.url ?? '/').then(
      ([type, body]) => response.setHeader('content-type', type).end(body),
      () => response.writeHead(404).end(),
    );
  });
  const read = async (url: string): Promise<[type: string, body: string | Buffer]> => {
    if (url === '/')
      return ['text/html', '<!doctype html><link rel="icon" href="data:,"><script src="/tf.js"></script>'];
    if (url === '/tf.js')
      return ['text/javascript', await readFile('node_modules/@tensorflow/tfjs/dist/tf.min.js')];
    const type = url.endsWith('.json') ? 'application/json' : 'application/octet-stream';
    return [type, await readFile(join(folder, normalize(url)))];
  };
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { server, address: `http://127.0.0.1:${address.port}` };
}
