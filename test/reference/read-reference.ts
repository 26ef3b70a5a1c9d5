/** Reads the golden numbers that `generate.py` made. */
import { readFileSync } from 'node:fs';
import { parseJson } from '../../src/result/json.ts';

/** The content of `<family>.json`; its type is the caller's knowledge of the generator. */
export function readReference<Content>(family: string): Content {
  return parseJson(readFileSync(new URL(`${family}.json`, import.meta.url), 'utf8')) as Content;
}
