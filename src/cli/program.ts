/** The commands and their flags. What a command needs is loaded when it runs: help and `list` load nothing else. */
import { Command, Option } from 'commander';
import type { BackendName } from '../backend/backend-info.ts';
import type { Language } from '../text.ts';
import { PACKAGE } from '../version.ts';
import type { CompareFlags } from './compare-flags.ts';
import {
  append,
  backendOf,
  backendOption,
  debugOption,
  examples,
  languageOf,
  languageOption,
  threadsOption,
  wholeNumber,
} from './flags.ts';
import type { CliIo } from './io.ts';
import type { RunFlags } from './run-plan.ts';

/** What commander makes of the flags of `run`: what is not given is not there. */
type ParsedRunFlags = Pick<RunFlags, 'seed' | 'seeds' | 'threads' | 'jobs' | 'config' | 'out'> & {
  readonly [
    Name in 'all' | 'set' | 'quick' | 'resume' | 'track' | 'backend' | 'language' | 'json'
  ]?: RunFlags[Name];
} & { readonly help?: boolean; readonly kernels?: boolean };

type ParsedCompareFlags = Omit<ParsedRunFlags, 'resume' | 'track' | 'jobs' | 'help' | 'kernels'> &
  Pick<CompareFlags, 'python'> & {
    readonly setup?: boolean;
    readonly full?: boolean;
    readonly timeout: number;
  };

interface ParsedPredictFlags {
  readonly data: string;
  readonly out?: string;
  readonly backend?: BackendName | 'auto';
}

interface ParsedFlags {
  readonly language?: Language;
  readonly json?: boolean;
  readonly out?: string;
}

const LARGEST_SEED = 2 ** 52;
const MOST_SEEDS = 1_000_000;
const MOST_JOBS = 1024;
/** A day, in seconds. */
const LONGEST_TIMEOUT = 86_400;

/** The program; `onCode` gets the exit code of a command that has one of its own. */
export function createProgram(io: CliIo, onCode: (code: number) => void): Command {
  const program = new Command(PACKAGE.name)
    .description('Recipes that train, measure and draw every concept of a course in machine learning.')
    .version(PACKAGE.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // The error itself is thrown, and written in one place.
      outputError: () => {},
      getOutHelpWidth: () => io.stdout.columns || 80,
      getErrHelpWidth: () => io.stderr.columns || 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });

  program
    .command('list')
    .description('the recipes, in lecture order')
    .addOption(languageOption())
    .option('--json', 'the list as JSON')
    .addOption(debugOption())
    .addHelpText('after', examples('list', 'list --language zh'))
    .action(async ({ language, json = false }: ParsedFlags) => {
      const { listCommand } = await import('./list.ts');
      listCommand({ language: languageOf(language, io), json }, io);
    });

  program
    .command('run')
    .description('train a recipe of the course, your own recipe file, or all')
    .argument('[recipe]', 'a recipe of the list, or a file such as ./my-recipe.ts')
    .helpOption(false)
    .option('--all', 'every recipe of the course')
    .option(
      '--seed <n>',
      'first of the consecutive seeds; below 1000 is for tuning',
      wholeNumber(0, LARGEST_SEED),
      1000,
    )
    .option('--seeds <count>', "how many seeds (default: the recipe's)", wholeNumber(1, MOST_SEEDS))
    .option('--set <name=value>', 'an option of the recipe; repeatable', append)
    .option('--config <file.json>', 'an object of recipe options; --set goes over it')
    .option(
      '--out <folder>',
      'where the results go (default: runs/<recipe>; with --all a folder for each in runs)',
    )
    .option('--quick', 'few seeds, short trainings: shows that it works, proves nothing')
    .option('--resume', 'go on where an earlier run of these settings stopped; begin where there is none')
    .option('--track', 'keep the history of each training: history/*.jsonl, and events/ for TensorBoard')
    .option('--kernels', 'only measure an update: equation → kernels of tfjs, with count, bytes and time')
    .addOption(backendOption())
    .addOption(threadsOption())
    .option(
      '--jobs <n>',
      'processes that make the runs, at most one for each processor (default: as many as do not hinder each other)',
      wholeNumber(1, MOST_JOBS),
    )
    .addOption(languageOption())
    .option('--json', 'the result on stdout as one JSON document, progress as JSON lines')
    .addOption(debugOption())
    .option('-h, --help', 'this help; with a recipe, its options too')
    .addHelpText(
      'after',
      examples(
        'run classification --quick',
        'run classification --set learningRate=0.1 --seeds 10 --out runs/rate-0.1',
        'run ./my-recipe.ts --backend wasm',
        'run --all --resume',
        'run classification --kernels',
        'run classification --help',
      ),
    )
    .action(async (name: string | undefined, flags: ParsedRunFlags, command: Command) => {
      const language = languageOf(flags.language, io);
      if (flags.help === true) return showRunHelp(command, name, language, io);
      const backend = backendOf(flags.backend, io);
      const unset = { all: false, set: [], quick: false, resume: false, track: false, json: false };
      const all = { ...unset, ...flags, language, backend };
      if (flags.kernels === true) {
        const { kernelsCommand } = await import('./kernels.ts');
        return kernelsCommand(name, all, io);
      }
      const { runCommand } = await import('./run.ts');
      await runCommand(name, all, io);
    });

  program
    .command('compare')
    .description('a recipe here and in PyTorch, from the same start: what differs, since when, how fast')
    .argument('[recipe]', 'a recipe of the list; its options: run <recipe> --help')
    .option('--all', 'every recipe of the course')
    .option('--quick', 'few seeds, short trainings (the default)')
    .addOption(new Option('--full', 'as many seeds and updates as run takes').conflicts('quick'))
    .option(
      '--python <path>',
      'a Python with PyTorch, or its virtual environment (default: TFJS_RECIPES_PYTHON, the active environment, ' +
        '.venv, venv, what --setup made, python3, python)',
    )
    .option(
      '--setup',
      "first make an environment with PyTorch in the user's cache, once (Linux: 6 GB); alone, only that",
    )
    .option('--timeout <seconds>', 'what the PyTorch side may take', wholeNumber(1, LONGEST_TIMEOUT), 600)
    .option('--seed <n>', 'first of the consecutive seeds', wholeNumber(0, LARGEST_SEED), 1000)
    .option('--seeds <count>', "how many seeds (default: the recipe's)", wholeNumber(1, MOST_SEEDS))
    .option('--set <name=value>', 'an option of the recipe; repeatable', append)
    .option('--config <file.json>', 'an object of recipe options; --set goes over it')
    .option('--out <folder>', 'where the results go (default: runs/compare; a folder for each recipe in it)')
    .addOption(backendOption())
    .addOption(threadsOption())
    .addOption(languageOption())
    .option('--json', 'the passport on stdout as one JSON document, progress as JSON lines')
    .addOption(debugOption())
    .addHelpText(
      'after',
      examples(
        'compare --setup',
        'compare classification',
        'compare momentum --python .venv --set momentum=0.95',
        'compare --all --full --out runs/passports',
      ),
    )
    .action(async (name: string | undefined, { full = false, timeout, ...flags }: ParsedCompareFlags) => {
      const { compareCommand } = await import('./compare.ts');
      const unset = { all: false, set: [], setup: false, json: false };
      const chosen = {
        quick: !full,
        timeoutSeconds: timeout,
        language: languageOf(flags.language, io),
        backend: backendOf(flags.backend, io),
      };
      onCode(await compareCommand(name, { ...unset, ...flags, ...chosen }, io));
    });

  program
    .command('predict')
    .description('what a trained model says about the rows of a file, as CSV')
    .argument('<folder>', 'a run folder, or one that saveModel or exportModel wrote')
    .requiredOption('--data <csv:file>', "the model's inputs, a row each; a first row of names is left out")
    .option('--out <file.csv>', 'where the predictions go (default: stdout)')
    .addOption(backendOption())
    .addOption(debugOption())
    .addHelpText(
      'after',
      examples(
        'predict runs/classification --data csv:digits.csv',
        'predict out/model --data csv:houses.csv --out prices.csv',
      ),
    )
    .action(async (folder: string, flags: ParsedPredictFlags) => {
      const { predictCommand } = await import('./predict.ts');
      await predictCommand(folder, { ...flags, backend: backendOf(flags.backend, io) }, io);
    });

  program
    .command('report')
    .description('write the HTML report of run folders again: in another language, or several in one')
    .argument('<folders...>', 'folders that run wrote')
    .option('--out <file.html>', 'the page (default: report.html in the folder; of several, here)')
    .addOption(languageOption())
    .addOption(debugOption())
    .addHelpText(
      'after',
      examples('report runs/classification --language zh', 'report runs/* --out course.html'),
    )
    .action(async (folders: string[], { language, ...flags }: ParsedFlags) => {
      const { reportCommand } = await import('./report.ts');
      await reportCommand(folders, { ...flags, language: languageOf(language, io) }, io);
    });

  program
    .command('doctor')
    .description('which backends work here, how fast, and how to get the others')
    .option('--json', 'the findings as JSON')
    .addOption(debugOption())
    .addHelpText('after', examples('doctor', 'doctor --json'))
    .action(async ({ json = false }: ParsedFlags) => {
      const { doctorCommand } = await import('./doctor.ts');
      onCode(await doctorCommand({ json }, io));
    });

  return program;
}

async function showRunHelp(
  command: Command,
  name: string | undefined,
  language: Language,
  io: CliIo,
): Promise<void> {
  command.outputHelp();
  if (name === undefined) return;
  const { findRecipe } = await import('./find-recipe.ts');
  const { optionHelp } = await import('./option-help.ts');
  io.stdout.write(optionHelp(await findRecipe(name, io), language));
}
