/** `npm run test:e2e`: the built command line and report, in pipes, terminals and a browser, one file at a time. */
import type { ViteUserConfig } from 'vitest/config';
import quick from '../../vitest.config.ts';

const test: ViteUserConfig['test'] = {
  include: ['test/e2e/**/*.test.ts'],
  exclude: [],
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

const config: ViteUserConfig = { ...quick, test: { ...quick.test, ...test } };

export default config;
