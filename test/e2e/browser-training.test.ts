/** The entry `.` in a browser: bundled without `node:`, it trains as it does in Node, to the last bit. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser } from './browser.ts';
import { trainDigits, type DigitsTraining } from './digits-training.ts';

declare global {
  /** What the bundled page offers. */
  interface Window {
    trainDigits(wasmPaths: string): Promise<DigitsTraining>;
  }
}

const WASM_FOLDER = 'node_modules/@tensorflow/tfjs-backend-wasm/dist';
const PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';

let script = '';
let imports: string[] = [];
let server: Server;
let browser: Browser;

beforeAll(async () => {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `import { trainDigits } from './test/e2e/digits-training.ts'; window.trainDigits = trainDigits;`,
      resolveDir: '.',
    },
    bundle: true,
    platform: 'browser',
    format: 'esm',
    write: false,
    metafile: true,
    // Without the paths of tsconfig.json the package's name means dist, as for a user.
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  script = outputFiles[0]?.text ?? '';
  imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path));
  server = createServer((request, response) => {
    void answer(request.url ?? '/').then(
      ([type, body]) => response.setHeader('content-type', type).end(body),
      () => response.writeHead(404).end(),
    );
  }).listen(0, '127.0.0.1');
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  server.close();
});

async function answer(url: string): Promise<[type: string, body: string | Buffer]> {
  if (url === '/') return ['text/html', PAGE];
  if (url === '/page.js') return ['text/javascript', script];
  return ['application/wasm', await readFile(join(WASM_FOLDER, basename(url)))];
}

it('is bundled from dist without node:', () => {
  expect(imports).toContain('dist/src/training/train.js');
  expect(imports.filter((path) => path.startsWith('node:'))).toEqual([]);
});

it('trains the digits as Node does, 0 bits of difference', async () => {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  await page.goto(`http://127.0.0.1:${address.port}/`);
  const inBrowser = await page.evaluate(() => window.trainDigits('/wasm/'));
  const inNode = await trainDigits();
  expect(inBrowser.backend).toMatchObject({ name: 'wasm', simd: true, threads: inNode.backend.threads });
  expect(Object.keys(inBrowser.series)).toEqual(
    expect.arrayContaining(['train/loss', 'validation/accuracy']),
  );
  expect(inBrowser.series).toEqual(inNode.series);
  expect(errors).toEqual([]);
});
