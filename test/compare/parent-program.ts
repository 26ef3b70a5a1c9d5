/** A process that runs a program until it is ended itself: `exit` when the program has begun, or by others. */
import { runChild } from '../../src/compare/child-process.ts';

const [lines = '', end] = process.argv.slice(2);

await runChild({
  command: 'sh',
  parameters: ['-c', lines],
  environment: process.env,
  onLine: (line) => {
    if (end === 'exit') process.exit(7);
    process.stderr.write(`${line}\n`);
  },
});
