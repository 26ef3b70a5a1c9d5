/** What package.json and the lock file promise, without building: see test/full/package.test.ts for the packed package. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PACKAGE } from '../../src/version.ts';

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

const manifest = z
  .object({
    name: z.string(),
    version: z.string(),
    exports: z.record(
      z.string(),
      z.union([z.string(), z.object({ types: z.string(), default: z.string() })]),
    ),
    bin: z.record(z.string(), z.string()),
    allowScripts: z.record(z.string(), z.boolean()),
  })
  .parse(readJson('package.json'));

const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        version: z.string().optional(),
        resolved: z.string().optional(),
        hasInstallScript: z.boolean().optional(),
      }),
    ),
  })
  .parse(readJson('package-lock.json'));

/** `node_modules/a/node_modules/@b/c` is the package `@b/c`. */
const installed = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, fields]) => ({ name: path.slice(path.lastIndexOf('node_modules/') + 13), ...fields }));

describe('package.json', () => {
  it('has the name and version of src/version.ts', () => {
    expect({ name: manifest.name, version: manifest.version }).toEqual(PACKAGE);
  });

  it('exports and runs only what a build makes', () => {
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : [target.types, target.default],
    );
    const recipes = readdirSync('recipes', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const sources = [...targets, ...Object.values(manifest.bin)]
      .flatMap((target) => recipes.map((recipe) => target.replace('*', recipe)))
      .map((target) => target.replace(/^(\.\/)?dist\//, '').replace(/(\.d\.ts|\.js)$/, '.ts'));
    expect(sources).toContain('recipes/classification/recipe.ts');
    expect(sources.filter((path) => !existsSync(path))).toEqual([]);
  });

  // npm publish drops a bin that starts with ./ and says so in a warning only.
  it('names its command without ./', () => {
    expect(manifest.bin).toEqual({ 'tfjs-recipes': 'dist/src/cli/main.js' });
  });
});

describe('package-lock.json', () => {
  it('names no registry', () => {
    expect(installed.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });

  it('has one copy of each package of tfjs, all of one version', () => {
    const tfjs = installed.filter(({ name }) => name.startsWith('@tensorflow/'));
    const names = tfjs.map(({ name }) => name);
    expect(names).toContain('@tensorflow/tfjs-core');
    expect(names).toEqual([...new Set(names)]);
    expect(new Set(tfjs.map(({ version }) => version))).toEqual(new Set(['4.22.0']));
  });

  it('runs no install script', () => {
    const refused = Object.keys(manifest.allowScripts).filter(
      (name) => manifest.allowScripts[name] === false,
    );
    const withScript = installed
      .filter(({ hasInstallScript }) => hasInstallScript === true)
      .map(({ name }) => name);
    expect(new Set(withScript)).toEqual(new Set(refused));
    expect(Object.values(manifest.allowScripts)).not.toContain(true);
  });
});
