/** Which Python is taken, and what is said of those that are not. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findPython, type PythonSearch } from '../../src/compare/interpreter.ts';
import { cacheFolderOf, environmentFolder, TORCH_VERSION } from '../../src/compare/interpreter-place.ts';
import { BaselineError } from '../../src/errors.ts';
import { newFolder, writeScript } from './fakes.ts';

const CURE =
  'name a Python >= 3.9 with PyTorch >= 2.1 by --python, or get one by: tfjs-recipes compare --setup';
const NO_TORCH = `echo 'Traceback:' >&2; echo "ModuleNotFoundError: No module named 'torch'" >&2; exit 1`;

const answer = (torch: string, python = '3.11.7', gpu: string | null = null): string =>
  `echo '${JSON.stringify({ python, torch, gpu })}'`;

/** A machine of our own: an empty PATH beside the shell's tools, no home, and what the test puts there. */
function machine(env: Record<string, string> = {}): PythonSearch & { readonly bin: string } {
  const [cwd, cacheFolder, bin] = [newFolder(), newFolder(), newFolder()];
  return { cwd, cacheFolder, bin, env: { PATH: bin, ...env } };
}

const environment = (folder: string, lines: string): string =>
  writeScript(join(folder, 'bin', 'python'), lines);

async function failureOf(search: PythonSearch): Promise<BaselineError> {
  const error = await findPython(search).catch((thrown: unknown) => thrown);
  if (error instanceof BaselineError) return error;
  throw new Error('it did not fail as it should', { cause: error });
}

if (process.platform === 'win32') process.stderr.write('the fakes are shell scripts: not on Windows\n');
describe.skipIf(process.platform === 'win32').concurrent('findPython', () => {
  test('takes the first that has PyTorch, in order', async () => {
    const search = machine({ VIRTUAL_ENV: 'active' });
    const { cwd, cacheFolder = '', bin } = search;
    const there = [
      environment(join(cwd, 'active'), answer('2.1.0')),
      environment(join(cwd, '.venv'), answer('2.2.0')),
      environment(join(cwd, 'venv'), answer('2.3.0')),
      environment(environmentFolder(cacheFolder), answer('2.4.0')),
      writeScript(join(bin, 'python3'), answer('2.10.0')),
      writeScript(join(bin, 'python'), answer('3.0.0')),
    ];
    for (const path of there) {
      const { command } = await findPython(search);
      expect(command).toBe(path.startsWith(bin) ? path.slice(bin.length + 1) : path);
      writeScript(path, NO_TORCH);
    }
    expect(await failureOf(search)).toMatchObject({
      code: 'baseline-unavailable',
      message: `no Python with PyTorch was found; ${CURE}`,
      details: [
        `VIRTUAL_ENV: ${cwd}/active/bin/python has no PyTorch`,
        `.venv: ${cwd}/.venv/bin/python has no PyTorch`,
        `venv: ${cwd}/venv/bin/python has no PyTorch`,
        `compare --setup: ${cacheFolder}/torch-${TORCH_VERSION}/bin/python has no PyTorch`,
        'PATH: python3 has no PyTorch',
        'PATH: python has no PyTorch',
      ],
    });
  });

  test('says of each what is wrong; folders that nobody made are not mentioned', async () => {
    const search = machine({ VIRTUAL_ENV: '' });
    writeScript(join(search.bin, 'python3'), answer('1.13.1+cu117'));
    expect((await failureOf(search)).details).toEqual([
      expect.stringMatching(/^compare --setup: .* is not there$/),
      'PATH: python3 has torch 1.13.1+cu117, and 2.1 is the least',
      'PATH: python is not there',
    ]);
  });

  test('--python goes before TFJS_RECIPES_PYTHON, and that before all others', async () => {
    const search = machine();
    const named = writeScript(join(search.bin, 'named'), answer('2.15.0+cu132', '3.12.1', 'H100'));
    const env = { ...search.env, TFJS_RECIPES_PYTHON: named };
    environment(join(search.cwd, '.venv'), answer('2.2.0'));
    const versions = { python: '3.12.1', torch: '2.15.0+cu132' };
    expect(await findPython({ ...search, env })).toEqual({ command: named, versions, gpu: 'H100' });
    expect((await findPython({ ...search, flag: 'named' })).command).toBe('named');
    expect(await findPython({ ...search, env, flag: '.venv' })).toEqual({
      command: join(search.cwd, '.venv/bin/python'),
      versions: { python: '3.11.7', torch: '2.2.0' },
      gpu: null,
    });
    expect((await findPython({ ...search, flag: './.venv/bin/python' })).versions.torch).toBe('2.2.0');
  });

  test.each([
    ['no PyTorch', NO_TORCH, 'has no PyTorch', []],
    ['an old one', answer('2.0.1'), 'has torch 2.0.1, and 2.1 is the least', []],
    ['an old Python', answer('2.15.0', '3.8.18'), 'has python 3.8.18, and 3.9 is the least', []],
    [
      'a broken one',
      'echo libtorch.so: cannot open >&2; exit 1',
      'ended with exit code 1: libtorch',
      ['libtorch.so: cannot open'],
    ],
    ['no answer', 'echo why >&2; echo hello; echo {}', 'did not say which versions it has', ['why']],
    ['a crash', 'kill -SEGV $$', 'was ended by SIGSEGV', []],
    ['no end', 'while :; do :; done', 'did not end within 0.5 s', []],
  ] as const)('a demanded Python with %s is an error at once', async (_, lines, problem, details) => {
    const search = machine();
    writeScript(join(search.bin, 'python3'), answer('2.15.0'));
    const python = writeScript(join(search.cwd, 'own'), lines);
    const timeoutSeconds = lines.startsWith('while') ? 0.5 : 30;
    for (const demand of [
      { flag: './own', origin: '--python' },
      { env: { ...search.env, TFJS_RECIPES_PYTHON: python }, origin: 'TFJS_RECIPES_PYTHON' },
    ]) {
      const error = await failureOf({ ...search, timeoutSeconds, ...demand });
      expect(error.message).toMatch(`${demand.origin}: ${python} ${problem}`);
      expect(error.message).toContain(CURE);
      expect(error.details).toEqual(details);
    }
  });

  test('a demanded Python that cannot be run is an error at once', async () => {
    const search = machine();
    writeScript(join(search.bin, 'python3'), answer('2.15.0'));
    writeScript(join(search.cwd, 'plain'), answer('2.15.0'), 0o644);
    mkdirSync(join(search.cwd, 'empty'));
    for (const [flag, message] of [
      ['plain', '--python: plain is not there'],
      ['./plain', '/plain is not an executable file'],
      ['empty', '/empty/bin/python is not there'],
    ] as const)
      expect((await failureOf({ ...search, flag })).message).toContain(message);
  });

  test('a banner before the answer does no harm', async () => {
    const search = machine();
    writeScript(join(search.bin, 'python'), `echo '{"hello": 1}'; ${answer('2.15.0')}; echo bye`);
    expect((await findPython(search)).versions.torch).toBe('2.15.0');
  });

  test('stops when it is no longer wanted', async () => {
    const search = machine();
    writeScript(join(search.bin, 'python3'), 'while :; do :; done');
    const reason = new Error('enough');
    const stop = new AbortController();
    const found = findPython({ ...search, signal: stop.signal });
    setTimeout(() => stop.abort(reason), 50);
    await expect(found).rejects.toBe(reason);
  });
});

test('the cache is where XDG_CACHE_HOME says, if that is a whole path', () => {
  expect(cacheFolderOf({ XDG_CACHE_HOME: '/caches' })).toBe(join('/caches', 'tfjs-recipes'));
  expect(cacheFolderOf({})).toMatch(/[\\/]\.cache[\\/]tfjs-recipes$/);
  expect(cacheFolderOf({ XDG_CACHE_HOME: 'caches' })).toBe(cacheFolderOf({}));
});
