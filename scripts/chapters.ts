/** The chapters of the recipes, as files. */
import type { Language } from '../src/text.ts';

/** A chapter's file, and the language it is in. */
export const CHAPTERS = [
  { file: 'README.md', language: 'en' },
  { file: 'README.zh.md', language: 'zh' },
] as const satisfies readonly { readonly file: string; readonly language: Language }[];

export const recipeFile = (id: string, name: string): URL =>
  new URL(`../recipes/${id}/${name}`, import.meta.url);
