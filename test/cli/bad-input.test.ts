/** Whatever is wrong with the input: exit code, one line, nothing made. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recipes } from 'tfjs-recipes/recipes';
import { optionSchemas, type OptionSchema } from '../../src/cli/recipe-options.ts';
import type { AnyRecipe } from '../../src/recipe/recipe.ts';
import { fixture, useFakeProcess } from './harness.ts';
import { tiny } from './fixtures/tiny.ts';

const cli = useFakeProcess();

/** Runs and checks what every refusal has in common; returns its line. */
async function refusal(code: number, ...argv: string[]): Promise<string> {
  const before = await cli.files();
  expect(await cli.run(...argv)).toBe(code);
  expect(cli.io.stdout.text).toBe('');
  expect(cli.io.stderr.text).toMatch(/^error: [^\n]+\n$/);
  expect(await cli.files()).toEqual(before);
  expect(Object.keys(Object.prototype)).toEqual([]);
  return cli.io.stderr.text;
}

/** Values that an option must refuse, as JSON source. */
function badValues({ type, enum: choices, ...option }: OptionSchema): string[] {
  if (choices !== undefined) return ['"nonsense"', '7', 'null'];
  if (type === 'integer') return ['1.5', ...badNumbers(option)];
  if (type === 'number') return badNumbers(option);
  if (type === 'boolean') return ['"maybe"', '1', 'null'];
  if (type === 'string') return ['7', 'null', JSON.stringify('x'.repeat((option.maxLength ?? 0) + 1))];
  if (type === 'array') return ['"abc"', '8', '[]', '[null]', '["a"]', `[${'1,'.repeat(98)}1]`];
  throw new Error(`no bad values are known for type ${String(type)}`);
}

function badNumbers({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: OptionSchema): string[] {
  const outside = [exclusiveMinimum, exclusiveMaximum].filter((limit) => typeof limit === 'number');
  if (typeof minimum === 'number') outside.push(minimum - 1);
  if (typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER) outside.push(maximum + 1);
  return ['"abc"', 'true', '[1]', 'null', '"NaN"', '"Infinity"', '1e999', '-1e999', ...outside.map(String)];
}

describe.each([tiny, ...recipes].map((recipe: AnyRecipe) => ({ id: recipe.id, recipe })))(
  'options of $id',
  ({ id, recipe }) => {
    const cases = [...optionSchemas(recipe.options)].flatMap(([name, option]) =>
      badValues(option).map((json) => ({ name, json })),
    );
    const own = { entries: [{ id, lecture: '', summary: { en: '', zh: '' } }], load: async () => [recipe] };

    test.each(cases)('--config {"$name": $json}', async ({ name, json }) => {
      Object.assign(cli.io, { course: own });
      await writeFile(join(cli.io.cwd, 'c.json'), `{"${name}": ${json}}`);
      expect(await refusal(2, 'run', id, '--config', 'c.json')).toMatch(
        new RegExp(`^error: c\\.json: ${name}`),
      );
    });

    const texts = cases.map(({ name, json }) => ({
      name,
      text: /^".*"$/.test(json) ? (JSON.parse(json) as string) : json,
    }));
    const isText = (name: string): boolean => optionSchemas(recipe.options).get(name)?.type === 'string';
    // What is short enough for a text option is a text, whatever it looks like.
    test.each(texts.filter(({ name, text }) => !isText(name) || text.length > 8))(
      '--set $name=$text',
      async ({ name, text }) => {
        Object.assign(cli.io, { course: own });
        expect(await refusal(2, 'run', id, '--set', `${name}=${text}`)).toMatch(
          new RegExp(`^error: --set: ${name}`),
        );
      },
    );

    test('a name that is none, with the nearest', async () => {
      Object.assign(cli.io, { course: own });
      const [name = ''] = Object.keys(recipe.options.shape);
      expect(await refusal(2, 'run', id, '--set', `${name}x=1`)).toContain(`did you mean "${name}"?`);
    });
  },
);

test('every problem stands in one line', async () => {
  const line = await refusal(2, 'run', 'tiny', '--set', 'rate=-1', '--set', 'steps=0', '--set', 'colour=red');
  for (const name of ['rate', 'steps', 'colour']) expect(line).toContain(`${name} `);
});

test.each([
  [['run', 'tniy'], 'did you mean "tiny"?'],
  [['run', 'zzzzzzz'], 'tfjs-recipes list'],
  [['run'], 'run: recipe is missing'],
  [['compare'], 'compare: recipe is missing'],
  [['run', 'tiny', '--all'], 'a recipe cannot be named'],
  [['run', '--all', '--set', 'rate=1'], '--set cannot be given'],
  [['run', '--all', '--config', 'c.json'], '--config cannot be given'],
  [['rnu', 'tiny'], 'Did you mean run?'],
  [['run', 'tiny', '--qiuck'], 'Did you mean --quick?'],
  [['run', 'tiny', 'tiny'], 'too many arguments'],
  [['run', 'tiny', '--backend', 'wsam'], 'Allowed choices are auto, tensorflow, wasm, cpu'],
  [['run', 'tiny', '--language', 'fr'], 'Allowed choices are en, zh'],
  [['list', '--language', 'fr'], 'Allowed choices are en, zh'],
  [['run', 'tiny', '--seed'], 'argument missing'],
  [['run', 'tiny', '--set'], 'argument missing'],
  [['run', 'tiny', '--seed', '-1'], 'whole number from 0'],
  [['run', 'tiny', '--seed', '1.5'], 'whole number from 0'],
  [['run', 'tiny', '--seed', 'NaN'], 'whole number from 0'],
  [['run', 'tiny', '--seed', '1e3'], 'whole number from 0'],
  [['run', 'tiny', '--seed', '9007199254740993'], 'whole number from 0'],
  [['run', 'tiny', '--seeds', '0'], 'whole number from 1'],
  [['run', 'tiny', '--threads', '9'], 'whole number from 1 to 8'],
  [['run', 'tiny', '--threads', '2'], 'threads belongs to "wasm" and "auto", received 2'],
  [['run', 'tiny', '--seeds', ''], 'whole number from 1'],
  [['run', 'tiny', '--seeds', 'Infinity'], 'whole number from 1'],
  [['run', 'tiny', '--set', 'rate'], 'name=value'],
  [['run', 'tiny', '--set', '=1'], 'name=value'],
  [['run', 'tiny', '--set', '__proto__=1'], '__proto__ is not an option'],
  [['run', 'tiny', '--set', '__proto__.x=1'], '__proto__.x is not an option'],
  [['run', 'tiny', '--set', 'constructor=1'], 'constructor is not an option'],
  [['run', './none.ts'], './none.ts is not a file'],
  [['run', fixture('')], 'is not a file'],
  [['run', fixture('empty.ts')], 'exports no recipe'],
  [['run', fixture('throws.ts')], 'cannot be loaded (it broke here)'],
  [['report'], "missing required argument 'folders'"],
])('%j exits 2', async (argv, words) => {
  expect(await refusal(2, ...argv)).toContain(words);
});

test('bad data in a recipe file exits 4 and keeps its message', async () => {
  expect(await refusal(4, 'run', fixture('bad-data.ts'))).toContain('houses.csv: row 3 has no price');
});

test.each([
  ['{"rate": ', 'must be JSON'],
  ['', 'must be JSON'],
  ['[1, 2]', 'must hold a JSON object'],
  ['null', 'must hold a JSON object'],
  ['3', 'must hold a JSON object'],
  ['{"raet": 1}', 'did you mean "rate"?'],
  ['{"__proto__": {"polluted": 1}}', '__proto__ is not an option'],
  ['{"constructor": {"prototype": {"polluted": 1}}}', 'constructor is not an option'],
])('a config file that holds %s', async (text, words) => {
  await writeFile(join(cli.io.cwd, 'c.json'), text);
  const line = await refusal(2, 'run', 'tiny', '--config', 'c.json');
  expect(line).toContain('c.json: ');
  expect(line).toContain(words);
});

test('a config file that is not there exits 5', async () => {
  expect(await refusal(5, 'run', 'tiny', '--config', 'none.json')).toContain('none.json: ENOENT');
});

test.each(['TFJS_RECIPES_BACKEND', 'TFJS_RECIPES_LANGUAGE'])('a wrong %s is named', async (variable) => {
  cli.io.env = { [variable]: 'wrong' };
  expect(await refusal(2, 'run', 'tiny')).toContain(`${variable} must be one of`);
});

test('where no folder can be, nothing is trained: exit 5 with the path', async () => {
  await writeFile(join(cli.io.cwd, 'file'), '');
  expect(await refusal(5, 'run', 'tiny', '--out', 'file')).toContain(
    `cannot write to ${join(cli.io.cwd, 'file')}: it is a file`,
  );
});

test('a file on the way to the folder is named', async () => {
  await mkdir(join(cli.io.cwd, 'a'));
  await writeFile(join(cli.io.cwd, 'a', 'file'), '');
  expect(await refusal(5, 'run', 'tiny', '--out', 'a/file/b/c')).toContain(
    `${join(cli.io.cwd, 'a', 'file')} is a file`,
  );
});

test('a null byte in a path is an input/output error too', async () => {
  expect(await refusal(5, 'run', 'tiny', '--out', 'a\0b')).toContain('null bytes');
});
