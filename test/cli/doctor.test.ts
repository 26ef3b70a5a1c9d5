import { expect, test } from 'vitest';
import type { BackendExamination } from '../../src/backend/examine-backends.ts';
import { doctorCommand } from '../../src/cli/doctor.ts';
import { PACKAGE } from '../../src/version.ts';
import { useFakeProcess } from './harness.ts';

const cli = useFakeProcess();

const missing: BackendExamination = {
  name: 'tensorflow',
  works: false,
  reason: 'it is not installed',
  cure: 'run "npm install it"',
};
const working: BackendExamination = {
  name: 'wasm',
  works: true,
  device: 'CPU (WebAssembly, SIMD)',
  isGpu: false,
  threads: 2,
  simd: true,
  versions: { tfjs: '4.22.0', 'tfjs-backend-wasm': '4.21.0' },
  gigaflops: 23.456,
  trainingError: 2e-8,
};
const examine =
  (...backends: BackendExamination[]) =>
  (): Promise<BackendExamination[]> =>
    Promise.resolve(backends);

test('a table of what works, and the cures of what does not', async () => {
  expect(await doctorCommand({ json: false }, cli.io, examine(missing, working))).toBe(0);
  expect(cli.io.stdout.lines).toEqual([
    `tfjs-recipes ${PACKAGE.version}`,
    'backend     works  version  device                   threads  GFLOP/s  training error',
    'tensorflow  no     –        –                        –        –        –',
    'wasm        yes    4.21.0   CPU (WebAssembly, SIMD)  2        23       2×10⁻⁸',
    'tensorflow: it is not installed',
    '  → run "npm install it"',
  ]);
});

test('why a backend has no more threads is told', async () => {
  const threadLimit = 'worker threads cannot be started';
  await doctorCommand({ json: false }, cli.io, examine({ ...working, threads: 1, threadLimit }));
  expect(cli.io.stdout.lines.at(-1)).toBe('wasm: not more threads: worker threads cannot be started');
});

test('--json has every number', async () => {
  expect(await doctorCommand({ json: true }, cli.io, examine(missing, working))).toBe(0);
  expect(JSON.parse(cli.io.stdout.text)).toEqual({ package: PACKAGE, backends: [missing, working] });
});

test('without a backend that works it exits 2', async () => {
  expect(await doctorCommand({ json: false }, cli.io, examine(missing))).toBe(2);
});
