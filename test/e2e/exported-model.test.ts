/** Exported models in a browser that has stock tfjs as a script, and nothing of this package. */
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { relativeError, SINGLE } from '../tolerances.ts';
import { MODELS } from '../training/export/models.ts';
import { exportModels, serveFolder, type StockRun, stockScript } from '../training/export/stock.ts';
import { openBrowser } from './browser.ts';

let folder = '';
let address = '';
let server: Server;
let browser: Browser;
let exported: Awaited<ReturnType<typeof exportModels>>;
beforeAll(async () => {
  await useBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'export-'));
  ({ server, address } = await serveFolder(folder));
  exported = await exportModels(folder, address);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  server.close();
  await rm(folder, { recursive: true });
});

it.each(['cpu', 'webgl'])('give the same outputs as here, on %s', async (backend) => {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.goto(`${address}/`);
  const { classes, results } = await page.evaluate<StockRun>(stockScript(backend, exported.cases));
  expect(classes.filter((name) => name.startsWith('TfjsRecipes'))).toEqual([]);
  for (const [index, { name }] of MODELS.entries()) {
    const { outputs = [], ...names } = results[index] ?? {};
    const { outputs: own = [], ...ownNames } = exported.expected[index] ?? {};
    expect(relativeError(outputs, own), name).toBeLessThanOrEqual(SINGLE);
    expect(names, name).toEqual(ownNames);
  }
  expect(errors).toEqual([]);
});
