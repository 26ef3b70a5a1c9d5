/** What becomes of a program when the process that runs it ends first. */
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test, vi } from 'vitest';
import { runProcess } from '../run-process.ts';
import { newFolder, processesWith } from './fakes.ts';

const program = join(newFolder(), 'program.mjs');

/** Ends when the descriptor of its parent does. */
const WATCHES = `trap '' TERM; eval "cat <&$TFJS_RECIPES_PARENT; echo gone >&2" & sleep 0.2; echo begun >&2; wait`;
const DOES_NOT = `trap '' TERM; sleep 1000 & echo begun >&2; wait`;

if (process.platform !== 'linux') process.stderr.write('survivors are looked for in /proc: on Linux only\n');
test.skipIf(process.platform !== 'linux').each([
  ['process.exit, which a second Ctrl-C leads to', DOES_NOT, 'exit', 7, ''],
  ['SIGKILL, with a program that watches its parent', WATCHES, 'SIGKILL', null, 'begun\n'],
])('no process survives %s', async (_, lines, end, code, stderr) => {
  await build({
    entryPoints: ['test/compare/parent-program.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  const mark = `parent-${process.pid}-${end}`;
  const ended = await runProcess(process.execPath, [program, lines, end], {
    env: { TFJS_RECIPES_FAKE: mark },
    when: { stderr: /begun/, act: (child) => child.kill('SIGKILL') },
  });
  expect(ended).toMatchObject({ code, stderr });
  await vi.waitFor(() => expect(processesWith(mark)).toEqual([]), { timeout: 5000 });
});
