/** The options of a recipe as help: type, bounds, default and description, all from its schema. */
import type { AnyRecipe } from '../recipe/recipe.ts';
import type { Language } from '../text.ts';
import { optionSchemas, type OptionSchema } from './recipe-options.ts';

/** What `run <recipe> --help` says after the command's own help. */
export function optionHelp({ id, text, options, quick = {}, seeds }: AnyRecipe, language: Language): string {
  const lines = [...optionSchemas(options)].flatMap(([name, option]) => [
    `  ${name}: ${typeText(option)} (${defaultText(option.default, quick[name])})`,
    `      ${option.description ?? ''}`,
  ]);
  return [
    `\n${id}: ${text.title[language]}`,
    `Seeds: ${seeds.full}, with --quick ${seeds.quick}`,
    `Options, each set by --set name=value:`,
    ...lines,
    '',
  ].join('\n');
}

function typeText({ type, enum: choices, items, ...option }: OptionSchema): string {
  if (choices !== undefined) return choices.map(String).join(' | ');
  if (type === 'integer') return `whole number${boundsText(option)}`;
  if (type === 'number') return `number${boundsText(option)}`;
  if (type === 'boolean') return 'true | false';
  if (type === 'array') return isSchema(items) ? `[${typeText(items)}, …]` : '[…]';
  return type === 'string' ? 'text' : 'JSON';
}

function isSchema(items: OptionSchema['items']): items is OptionSchema {
  return typeof items === 'object' && !Array.isArray(items);
}

/** ` > 0, <= 1`; limits that only say what an integer can hold are left out. */
function boundsText({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: OptionSchema): string {
  const bounds = [
    ...bound('>=', minimum),
    ...bound('>', exclusiveMinimum),
    ...bound('<=', maximum),
    ...bound('<', exclusiveMaximum),
  ];
  return bounds.length === 0 ? '' : ` ${bounds.join(', ')}`;
}

function bound(sign: string, limit: unknown): string[] {
  return typeof limit !== 'number' || Math.abs(limit) === Number.MAX_SAFE_INTEGER ? [] : [`${sign} ${limit}`];
}

function defaultText(full: unknown, quick: unknown): string {
  const text = `default ${JSON.stringify(full)}`;
  return quick === undefined ? text : `${text}, with --quick ${JSON.stringify(quick)}`;
}
