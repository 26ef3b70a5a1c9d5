/** The report of a run, opened from disk without a network: no error, no request, every curve drawn, light and dark. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser } from './browser.ts';
import { inPipe } from './command.ts';
import { differentPixels } from './ink.ts';

/** What carries the data in a drawing; axes, legend and labels do not, and what moves is nowhere at a given time. */
const MARKS = ':is(.line, .path, .end, .dot):not(.runner .dot)';

/** Axes and lettering take more pixels than this, and so does a line, a path's end or dot of one series; a path may stay where it is. */
const LEAST_INK = { drawing: 1500, mark: 20, path: 1 };

const RECIPES = ['gradient-descent', 'classification'];

const folder = mkdtempSync(join(tmpdir(), 'tfjs-recipes-report-'));
let browser: Browser;
/** Counts pixels. */
let counter: Page;

beforeAll(async () => {
  for (const recipe of RECIPES) {
    const { code, stderr } = await inPipe(['run', recipe, '--quick', '--seeds', '2', '--out', recipe], {
      cwd: folder,
    });
    expect(code, stderr).toBe(0);
  }
  const chinese = ['report', ...RECIPES, '--language', 'zh', '--out', 'zh.html'];
  expect((await inPipe(chinese, { cwd: folder })).code).toBe(0);
  browser = await openBrowser();
  counter = await browser.newPage();
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  { file: 'gradient-descent/report.html', colorScheme: 'light', language: 'en' },
  { file: 'gradient-descent/report.html', colorScheme: 'dark', language: 'en' },
  { file: 'classification/report.html', colorScheme: 'light', language: 'en' },
  { file: 'classification/report.html', colorScheme: 'dark', language: 'en' },
  { file: 'zh.html', colorScheme: 'light', language: 'zh-Hans' },
] as const)('$file in $colorScheme', async ({ file, colorScheme, language }) => {
  const context = await browser.newContext({
    colorScheme,
    offline: true,
    viewport: { width: 1000, height: 800 },
  });
  const page = await context.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => errors.push(message.text()));
  page.on('request', (request) => requests.push(request.url()));
  const url = pathToFileURL(join(folder, file)).href;
  await page.goto(url);

  expect(await page.locator('html').getAttribute('lang')).toBe(language);
  expect(await brightness(page)).toBe(colorScheme);
  const drawings = await page.locator('svg.drawing').all();
  expect(drawings.length).toBeGreaterThan(1);
  for (const drawing of drawings) await expectInk(drawing);
  expect(errors).toEqual([]);
  expect(requests).toEqual([url]);
  await context.close();
});

/** Whether the page's own paper is light or dark. */
async function brightness(page: Page): Promise<'light' | 'dark'> {
  const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [red = 0, green = 0, blue = 0] = (paper.match(/[\d.]+/g) ?? []).map(Number);
  return red + green + blue > 3 * 127 ? 'light' : 'dark';
}

/** The drawing against an empty one, then each mark alone against the drawing without marks. */
async function expectInk(drawing: Locator): Promise<void> {
  const title = (await drawing.locator('title').first().textContent()) ?? '';
  const everything = drawing.locator('*');
  const full = await drawing.screenshot();
  await everything.evaluateAll(hide);
  const empty = await drawing.screenshot();
  await everything.evaluateAll(unhide);
  expect(await differentPixels(counter, full, empty), title).toBeGreaterThan(LEAST_INK.drawing);

  const marks = drawing.locator(MARKS);
  expect(await marks.count(), `${title}: marks`).toBeGreaterThan(0);
  await marks.evaluateAll(hide);
  const bare = await drawing.screenshot();
  for (const mark of await marks.all()) {
    await mark.evaluateAll(unhide);
    const ink = await differentPixels(counter, await drawing.screenshot(), bare);
    const className = (await mark.getAttribute('class')) ?? '';
    const least = LEAST_INK[/\bpath\b/.test(className) ? 'path' : 'mark'];
    expect(ink, `${title}: ${className}`).toBeGreaterThanOrEqual(least);
    await mark.evaluateAll(hide);
  }
  await marks.evaluateAll(unhide);
}

// The page's policy forbids a style sheet of ours; an attribute does.
const hide = (elements: Element[]): void => {
  for (const element of elements) element.setAttribute('visibility', 'hidden');
};
const unhide = (elements: Element[]): void => {
  for (const element of elements) element.removeAttribute('visibility');
};
