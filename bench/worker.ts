/** `worker <side>`: measures one side once and prints a line of JSON. */
import * as tf from '@tensorflow/tfjs';
import { getThreadsCount, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { SIDES } from './comparisons.ts';
import type { Measurement, Side } from './side.ts';

const name = process.argv[2] ?? '';
const sides: Readonly<Record<string, Side>> = SIDES;
const side = sides[name];
if (side === undefined) throw new Error(`no side "${name}"; there are: ${Object.keys(SIDES).join(', ')}`);
console.log(JSON.stringify(await measure(side)));

async function measure({ warmUpSteps, steps, prepare }: Side): Promise<Measurement> {
  const { run, final } = await prepare();
  await run(warmUpSteps);
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  await run(steps);
  const seconds = (performance.now() - before) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    stepsPerSecond: steps / seconds,
    cpuStepsPerSecond: steps / ((user + system) / 1e6),
    final: await final(),
    environment: {
      node: process.versions.node,
      tfjs: tf.version.tfjs,
      'tfjs-backend-wasm': version_wasm,
      ...(tf.getBackend() === 'wasm' ? { 'wasm threads': getThreadsCount() } : {}),
    },
  };
}
