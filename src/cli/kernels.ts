/** `run --kernels`: which kernels of tfjs the equations of a recipe became, and what they cost. It writes no folder. */
import type { ChalkInstance } from 'chalk';
import { useBackend } from '../backend/use-backend.ts';
import { OptionError } from '../errors.ts';
import { type RecipeKernels, recipeKernels } from '../recipe/recipe-kernels.ts';
import { kernelTable } from '../report/kernel-table.ts';
import { stringifyJson } from '../result/json.ts';
import type { Language } from '../text.ts';
import { backendText } from './backend-text.ts';
import { coloursFor } from './colours.ts';
import type { CliIo } from './io.ts';
import { tableLines } from './layout.ts';
import { chosenPlans, type RunFlags } from './run-plan.ts';
import { withStopSignals } from './signals.ts';

export async function kernelsCommand(name: string | undefined, flags: RunFlags, io: CliIo): Promise<void> {
  refuseFlags(flags);
  const plans = await chosenPlans(name, flags, io);
  const { threads, quick, seed, json, language } = flags;
  const backend = await useBackend(flags.backend, threads === undefined ? {} : { threads });
  io.stderr.write(backendText(backend, json));
  const note = (message: string): unknown => io.stderr.write(`${message}\n`);
  const measured: RecipeKernels[] = [];
  await withStopSignals(io, note, async (signal) => {
    for (const { recipe, options } of plans) {
      const kernels = await recipeKernels(recipe, { options, quick, seed, backend, signal });
      if (!json) io.stdout.write(`${kernelsText(kernels, language, coloursFor(io.stdout, io.env))}\n`);
      measured.push(kernels);
    }
  });
  if (json) io.stdout.write(`${stringifyJson(flags.all ? measured : measured[0])}\n`);
}

/** What belongs to a run that leaves results. */
function refuseFlags({ resume, track, seeds, out, jobs }: RunFlags): void {
  const given = { '--resume': resume, '--track': track, '--seeds': seeds, '--out': out, '--jobs': jobs };
  const problems = Object.entries(given)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([path]) => ({ path, rule: 'cannot be given' }));
  const [first, ...others] = problems;
  if (first === undefined) return;
  const hint = 'it measures some updates of one seed, and writes nothing';
  throw new OptionError('run --kernels', [...others, { ...first, hint }]);
}

/** Under the row of each part its kernels. */
function kernelsText(kernels: RecipeKernels, language: Language, colours: ChalkInstance): string {
  const { heading, rows, about } = kernelTable(kernels, language);
  const { equation, code, part, count, bytes, time, share } = heading;
  const lines = rows.flatMap((row) => [
    {
      isKernel: false,
      cells: [row.equation, row.code, row.part, row.note || row.count, row.bytes, row.time, row.share],
    },
    ...row.kernels.map((use) => ({
      isKernel: true,
      cells: ['', '', `  ${use.kernelName}`, use.count, use.bytes, use.time, use.share],
    })),
  ]);
  const [head = '', ...body] = tableLines([
    [equation, code, part, count, bytes, time, share],
    ...lines.map(({ cells }) => cells),
  ]);
  const painted = body.map((line, index) => (lines[index]?.isKernel === true ? colours.dim(line) : line));
  return [
    colours.bold(kernels.recipe.title[language]),
    '',
    colours.bold(head),
    ...painted,
    colours.dim(about),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
