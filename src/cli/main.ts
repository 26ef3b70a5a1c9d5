#!/usr/bin/env node
/** The program `tfjs-recipes`. */
import { EXIT } from './exit-codes.ts';
import { processIo } from './io.ts';
import { runCli } from './run-cli.ts';

// A reader that has seen enough (`| head`) is no error; a full disk is.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    if (stream === process.stdout) process.stderr.write(`error: cannot write to stdout: ${error.message}\n`);
    process.exit(EXIT.inputOutput);
  });
}

process.exitCode = await runCli(process.argv.slice(2), processIo());
