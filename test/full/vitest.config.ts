/** `npm run test:full`: the heavy suites, one file at a time, on the built package. */
import type { ViteUserConfig } from 'vitest/config';
import quick from '../../vitest.config.ts';

const test: ViteUserConfig['test'] = {
  include: ['test/full/**/*.test.ts'],
  exclude: [],
  fileParallelism: false,
  testTimeout: 300_000,
  hookTimeout: 300_000,
};

const config: ViteUserConfig = { ...quick, test: { ...quick.test, ...test } };

export default config;
