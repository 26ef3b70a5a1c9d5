/** HTML as a value: whatever is put into the template is escaped, unless it is markup itself. */

/** A piece of HTML that is safe to put into a page. */
export class Markup {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** What a template takes: text and numbers are escaped, markup stays, `undefined` is nothing. */
export type Part = string | number | undefined | Markup | readonly Part[];

/** The template tag: `` markup`<p>${text}</p>` ``. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((string, index) => string + render(parts[index])).join(''));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
  '\u2028': '&#8232;',
  '\u2029': '&#8233;',
};

/** Text as HTML that shows exactly this text, between tags and in a quoted attribute. */
export function escape(text: string): string {
  return cleanText(text).replace(/[&<>"'`\u2028\u2029]/g, (character) => ENTITIES[character] ?? character);
}

/** Text without what no HTML or XML may hold (control characters, lone surrogates): a replacement character stands there. */
export function cleanText(text: string): string {
  // eslint-disable-next-line no-control-regex -- these characters are what is looked for
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd');
}

function render(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.source;
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part));
  return part.map(render).join('');
}
