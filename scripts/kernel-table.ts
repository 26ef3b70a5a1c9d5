/** The table "from equation to kernel" in a recipe's chapter. */
import type { RecipeKernels } from '../src/recipe/recipe-kernels.ts';
import { kernelTable } from '../src/report/kernel-table.ts';
import type { Language } from '../src/text.ts';
import { markdownTable } from './markdown-table.ts';

const MARKS = /(<!-- kernels: npm run kernels -->)[\s\S]*(<!-- \/kernels -->)/;

/** The chapter with its table written anew between the two marks. */
export function withKernelTable(chapter: string, kernels: RecipeKernels, language: Language): string {
  if (!MARKS.test(chapter))
    throw new Error(`the chapter of ${kernels.recipe.id} has no place for its kernels: ${MARKS.source}`);
  return chapter.replace(
    MARKS,
    (_all, open: string, close: string) => `${open}\n\n${chapterTable(kernels, language)}\n\n${close}`,
  );
}

/** The rows of the table that a chapter has now, without what the clock measured: two runs have the same. */
export function timelessRows(chapter: string): string[] {
  const [table = ''] = MARKS.exec(chapter) ?? [];
  return table
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('| -'))
    .map((line) => line.replaceAll(/\S+ (ms|µs|%)/g, '').replaceAll(/ +/g, ' '));
}

function chapterTable(kernels: RecipeKernels, language: Language): string {
  const { heading, rows, about } = kernelTable(kernels, language);
  const cells = rows.map((row) => [
    code(row.equation),
    code(row.code),
    row.part,
    row.note || row.kernels.map(({ kernelName, count }) => `${code(kernelName)} ×${count}`).join(', '),
    row.count,
    row.bytes,
    row.time,
    row.share,
  ]);
  const { equation, part, count, bytes, time, share } = heading;
  const table = markdownTable([
    [equation, heading.code, part, heading.kernels, count, bytes, time, share],
    ...cells,
  ]);
  return `${table}\n\n${about}`;
}

/** A bar would end the cell, in code too. */
const code = (text: string): string => (text === '' ? '' : `\`${text.replaceAll('|', '\\|')}\``);
