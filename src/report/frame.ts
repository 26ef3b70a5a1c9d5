/** The frame of every page: one HTML file that opens offline, with no script, no request and nothing from outside. */
import type { Language } from '../text.ts';
import { STYLE } from './css.ts';
import { Markup, markup } from './markup.ts';

/** What a page is made of. */
export interface PageParts {
  readonly title: string;
  readonly language: Language;
  /** What stands in `<body>`: a `<header>` with an `<h1>`, then a `<main>` of articles. */
  readonly body: Markup;
}

/** Nothing may be loaded and nothing may run; the one style sheet stands in the page. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-Hans' };

/** The whole page as HTML source. */
export function renderPage({ title, language, body }: PageParts): string {
  return markup`${new Markup('<!doctype html>')}
<html lang="${LANGUAGE_TAGS[language]}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – tfjs-recipes</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`.source;
}
