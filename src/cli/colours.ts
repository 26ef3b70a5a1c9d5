/** Colours for a stream: none in a pipe or under NO_COLOR, which chalk by itself does not read; FORCE_COLOR decides over both. */
import { Chalk, type ChalkInstance } from 'chalk';
import type { CliIo, Output } from './io.ts';

export function coloursFor(stream: Output, env: CliIo['env']): ChalkInstance {
  return new Chalk({ level: hasColours(stream, env) ? 1 : 0 });
}

function hasColours(stream: Output, env: CliIo['env']): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused = '', TERM: terminal } = env;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && refused === '' && terminal !== 'dumb';
}
