/** Reads the golden numbers that `generate.py` made. */
import { readFileSync } from 'node:fs';
import { parseJson } from '../../src/result/json.ts';

/** The content of `<family>.json`; the caller knows its type from the generator. */
export function readReference(family: string): unknown {
  return parseJson(readFileSync(new URL(`${family}.json`, import.meta.url), 'utf8'));
}
