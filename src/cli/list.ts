/** `list`: the course, from the catalogue alone. */
import type { Language } from '../text.ts';
import { coloursFor } from './colours.ts';
import type { CliIo } from './io.ts';
import { tableLines } from './layout.ts';

const HEADINGS = {
  en: ['recipe', 'lecture', 'what is learnt'],
  zh: ['实验', '课程', '内容'],
} as const satisfies Record<Language, readonly string[]>;

export function listCommand(
  { language, json }: { readonly language: Language; readonly json: boolean },
  { course, stdout, env }: CliIo,
): void {
  if (json) {
    stdout.write(`${JSON.stringify(course.entries)}\n`);
    return;
  }
  const rows = course.entries.map(({ id, lecture, summary }) => [id, lecture, summary[language]]);
  const [heading = '', ...lines] = tableLines([HEADINGS[language], ...rows]);
  stdout.write([coloursFor(stdout, env).bold(heading), ...lines].map((line) => `${line}\n`).join(''));
}
