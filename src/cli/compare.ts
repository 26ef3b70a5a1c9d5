/** `compare`: a recipe here and in PyTorch, from the same start, step by step. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { useBackend } from '../backend/use-backend.ts';
import { findPython } from '../compare/interpreter.ts';
import { cacheFolderOf } from '../compare/interpreter-place.ts';
import { type PassportChapter, passportText, renderPassports } from '../compare/passport-page.ts';
import { runTwin } from '../compare/run-twin.ts';
import { setUpPython } from '../compare/set-up-python.ts';
import { BaselineError, FileError, OptionError } from '../errors.ts';
import { stringifyJson } from '../result/json.ts';
import { backendText } from './backend-text.ts';
import type { CompareFlags } from './compare-flags.ts';
import { compareRecipe, type TwinRunner } from './compare-recipe.ts';
import type { ComparedRecipe } from './compare-sides.ts';
import { EXIT } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { createProgress } from './progress.ts';
import { makePlans, outFolder, type Plan } from './run-plan.ts';
import { withStopSignals } from './signals.ts';
import { writeWhole } from './whole-file.ts';

/** @returns The exit code: 0 where both sides agree, 1 where they do not, as `diff` does. */
export async function compareCommand(
  name: string | undefined,
  flags: CompareFlags,
  io: CliIo,
): Promise<number> {
  const progress = createProgress(io.stderr, { json: flags.json, now: io.now });
  const onLine = (text: string): void => progress.note(text);
  return withStopSignals(io, onLine, async (signal) => {
    const cacheFolder = cacheFolderOf(io.env);
    if (flags.setup) await setUpPython({ cacheFolder, env: io.env, signal, onLine });
    if (flags.setup && name === undefined && !flags.all) return EXIT.ok;
    const [plans, folder] = await plansOf(name, flags, io);
    const python = await findPython({ flag: flags.python, env: io.env, cwd: io.cwd, cacheFolder, signal });
    const { threads } = flags;
    const backend = await useBackend(flags.backend, threads === undefined ? {} : { threads });
    io.stderr.write(backendText(backend, flags.json));
    progress.note(`${python.command}: torch ${python.versions.torch}, python ${python.versions.python}`);
    const chapters: PassportChapter[] = [];
    const failures: BaselineError[] = [];
    for (const plan of plans) {
      const compared: ComparedRecipe = {
        ...plan,
        firstSeed: flags.seed,
        seeds: flags.seeds,
        quick: flags.quick,
        backend,
        signal,
        device: backend.isGpu && python.gpu !== null ? 'cuda' : 'cpu',
        onProgress: (state) => progress.update(state),
      };
      const twin: TwinRunner = async (work, manifest) => {
        progress.note(`${plan.recipe.id}: PyTorch makes its ${manifest.runs.length} runs`);
        const { result } = await runTwin({
          python: python.command,
          script: twinScript(plan),
          work,
          manifest,
          environment: { ...io.env, PYTHONPATH: pythonPath(io.env['PYTHONPATH']) },
          timeoutSeconds: flags.timeoutSeconds,
          signal,
        });
        return result;
      };
      progress.begin(plan.recipe.id);
      const chapter = await compareRecipe(compared, plan.folder, twin)
        .catch((error: unknown) => {
          if (!flags.all || !(error instanceof BaselineError)) throw error;
          progress.note(`${plan.recipe.id}: ${error.message}`);
          failures.push(error);
          return null;
        })
        .finally(() => progress.end());
      if (chapter === null) continue;
      await writePassport(plan.folder, [chapter], flags);
      if (!flags.json) io.stdout.write(`${passportText(chapter.passport, flags.language)}\n`);
      chapters.push(chapter);
    }
    if (flags.all) await writePassport(folder, chapters, flags);
    const [failure] = failures;
    if (failure) throw failure;
    const passports = chapters.map(({ passport }) => passport);
    if (flags.json) io.stdout.write(`${stringifyJson(flags.all ? passports : passports[0])}\n`);
    else io.stdout.write(`\nPassport: ${relative(io.cwd, join(folder, 'compare.html'))}\n`);
    return passports.every(({ agrees }) => agrees) ? EXIT.ok : EXIT.differs;
  });
}

/** The plans, and the folder of what belongs to all of them. */
async function plansOf(name: string | undefined, flags: CompareFlags, io: CliIo): Promise<[Plan[], string]> {
  const given = {
    ...flags,
    out: flags.out ?? join('runs', 'compare', flags.all ? '' : (name ?? '').replaceAll(/[^\w-]+/g, '-')),
  };
  const plans = await makePlans(name, { ...given, resume: false, track: false }, io, 'compare');
  for (const plan of plans)
    if (!existsSync(twinScript(plan))) {
      const hint = `write ${relative(io.cwd, twinScript(plan))}; a recipe of the course shows how`;
      throw new OptionError('compare', [
        { path: 'recipe', rule: 'must have a PyTorch twin', received: plan.recipe.id, hint },
      ]);
    }
  for (const { folder } of plans)
    if (existsSync(join(folder, 'config.json')))
      throw new FileError(folder, 'cannot write to', 'it holds a run; choose another folder with --out');
  for (const { folder } of plans)
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw new FileError(folder, 'cannot make', error);
    });
  return [plans, outFolder({ ...given, resume: false, track: false }, io)];
}

/** Each is a page, and the numbers behind it. */
async function writePassport(
  folder: string,
  chapters: readonly PassportChapter[],
  { language }: CompareFlags,
): Promise<void> {
  const passports = chapters.map(({ passport }) => passport);
  await writeWhole(join(folder, 'compare.html'), renderPassports(chapters, language));
  await writeWhole(
    join(folder, 'compare.json'),
    `${stringifyJson(passports.length === 1 ? passports[0] : passports)}\n`,
  );
}

/** `baseline.py` beside the recipe. */
function twinScript({ recipe, file }: Plan): string {
  return join(file === null ? join(courseFolder(), recipe.id) : dirname(file), 'baseline.py');
}

const pythonPath = (before = ''): string =>
  [courseFolder(), before].filter((path) => path !== '').join(delimiter);

/** The package's `recipes`: Python files are not built, so `dist` has none. */
function courseFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = resolve(folder, '..');
  return join(folder, 'recipes');
}
