/** The command line as a function: arguments in, exit code out; writes to the streams it is given. */
import { CommanderError } from 'commander';
import { coloursFor } from './colours.ts';
import { errorText, EXIT, exitCodeOf, singleLine } from './exit-codes.ts';
import type { CliIo } from './io.ts';
import { createProgram } from './program.ts';

/** @param argv the arguments behind the program's name; none asks for help */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let code: number = EXIT.ok;
  const program = createProgram(io, (own) => {
    code = own;
  });
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : argv, { from: 'user' });
    return code;
  } catch (error) {
    // Help and version end in a CommanderError too.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    const isUsage = error instanceof CommanderError;
    const text = isUsage ? singleLine(error.message) : errorText(error, argv.includes('--debug'));
    io.stderr.write(`${coloursFor(io.stderr, io.env).red(text)}\n`);
    return isUsage ? EXIT.usage : exitCodeOf(error);
  }
}
