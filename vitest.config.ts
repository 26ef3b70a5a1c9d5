/** Tests import the package by its public name and get `src`: one copy, as a packed install has. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SlowestReporter } from './test/slowest-reporter.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^tfjs-recipes$/, replacement: path('src/index.ts') },
      { find: /^tfjs-recipes\/node$/, replacement: path('src/node.ts') },
      { find: /^tfjs-recipes\/recipes$/, replacement: path('recipes/index.ts') },
      { find: /^tfjs-recipes\/recipes\/(.+)$/, replacement: `${path('recipes')}/$1/recipe.ts` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/full/**', 'test/e2e/**'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new SlowestReporter()],
  },
});
