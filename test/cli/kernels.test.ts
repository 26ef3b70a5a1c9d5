import type * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import type { AnyRecipe } from '../../src/recipe/recipe.ts';
import type { RunContext } from '../../src/recipe/run-context.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { tiny } from './fixtures/tiny.ts';
import { useFakeProcess } from './harness.ts';

const cli = useFakeProcess();

/** A recipe of one descent; what it is asked is noted. */
function teach(ids: readonly string[] = ['tiny'], before: () => void = () => undefined) {
  const asked: unknown[] = [];
  const runArm = async ({ minimize, options, seed }: RunContext<{ rate: number }, number>) => {
    before();
    asked.push([seed, options.rate]);
    const objective = (w: tf.Tensor1D): tf.Scalar => w.square().sum().asScalar();
    await minimize('descent', { objective, start: [1], steps: 9, optimizer: sgd({ learningRate: 0.1 }) });
    return { value: 1 };
  };
  const equations = [{ equation: 'L = w²', code: 'w.square()', part: 'objective' }];
  const recipes = ids.map((id): AnyRecipe => ({ ...tiny, id, equations, runArm }));
  Object.assign(cli.io, { course: { ...cli.io.course, load: async () => recipes } });
  return asked;
}

test('prints the table and writes nothing', async () => {
  const asked = teach();
  expect(await cli.run('run', 'tiny', '--kernels', '--seed', '7', '--set', 'rate=2')).toBe(0);
  expect(asked).toEqual([[7, 2]]);
  expect(cli.io.stderr.text).toBe('backend cpu: CPU (JavaScript), 1 thread\n');
  const [title, heading, first, ...rest] = cli.io.stdout.lines;
  expect(title).toBe('Two numbers');
  expect(heading).toMatch(/^equation +code +part of an update +count +bytes +time +share$/);
  expect(first).toMatch(/^L = w² +w\.square\(\) +objective +\d+ +\d+ B +\S+ [µm]s +\d+ %$/);
  expect(rest.some((line) => /^ +Square +1 +4 B +\S+ [µm]s +\d+ %$/.test(line))).toBe(true);
  expect(rest.some((line) => /^ +whole update +\d+ +.* 100 %$/.test(line))).toBe(true);
  expect(rest.at(-1)).toContain('updates on CPU (JavaScript); arm small, training “descent”, seed 7.');
  expect(await cli.files()).toEqual([]);
});

test('--language', async () => {
  teach();
  expect(await cli.run('run', 'tiny', '--kernels', '--language', 'zh')).toBe(0);
  expect(cli.io.stdout.lines[0]).toBe('Two numbers（中文）');
  expect(cli.io.stdout.text).toContain('反向传播');
});

test('--json is one document; with --all a list', async () => {
  teach(['tiny', 'second']);
  expect(await cli.run('run', 'tiny', '--kernels', '--json')).toBe(0);
  const one = JSON.parse(cli.io.stdout.text) as object;
  expect(one).toMatchObject({ recipe: { id: 'tiny' }, trainings: [{ training: 'descent' }] });
  cli.io.stdout.text = '';
  expect(await cli.run('run', '--all', '--kernels', '--json')).toBe(0);
  const all = JSON.parse(cli.io.stdout.text) as object;
  expect(all).toMatchObject([{ recipe: { id: 'tiny' } }, { recipe: { id: 'second' } }]);
  expect(await cli.files()).toEqual([]);
});

test('flags of a run that leaves something are refused, all at once', async () => {
  const asked = teach();
  const flags = ['--resume', '--track', '--seeds', '3', '--out', 'o'];
  expect(await cli.run('run', 'tiny', '--kernels', ...flags)).toBe(2);
  expect(asked).toEqual([]);
  const error = cli.io.stderr.lines.at(-1) ?? '';
  for (const flag of ['--resume', '--track', '--seeds', '--out'])
    expect(error).toContain(`${flag} cannot be`);
  expect(error).toContain('it measures some updates of one seed, and writes nothing');
});

test('Ctrl-C ends it', async () => {
  teach(['tiny'], () => cli.io.signals.emit('SIGINT'));
  expect(await cli.run('run', 'tiny', '--kernels')).toBe(130);
  expect(cli.io.stderr.lines.at(-1)).toContain('error: stopped by SIGINT');
  expect(cli.io.stdout.text).toBe('');
});
