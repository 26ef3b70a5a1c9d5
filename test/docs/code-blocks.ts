/** Finds the code that documentation shows. */

/** The fenced blocks of a Markdown text in the given language. */
export function codeBlocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, code]) =>
    name === language && code !== undefined ? [code] : [],
  );
}

/** The code of every `@example` in a TypeScript source. */
export function examples(source: string): string[] {
  return [...source.matchAll(/@example\n[ *]*```ts\n([\s\S]*?)\n[ *]*```/g)].map(([, code = '']) =>
    code.replace(/^ *\* ?/gm, ''),
  );
}
