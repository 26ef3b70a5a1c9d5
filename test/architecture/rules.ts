/** Which folder may import which: the house map of CONTRIBUTING.md as data, and what breaks it. */
import type { SourceFile } from './read-imports.ts';

/** Rooms of `src` from left to right; an import that exists at run time points to the left or stays in the room. */
const ROOMS =
  'errors text options version power · formats statistics result schedules random · compile backend data layers weights losses metrics optimizers training curvature guide recipe · report tracking compare pool sweep cli'.split(
    /[ ·]+/,
  );

/** Rooms that know nothing of tfjs, and import only such rooms. */
const WITHOUT_TFJS = new Set(
  'errors text options version power formats statistics result schedules random data report tracking compare pool'.split(
    ' ',
  ),
);

/** Where `node:` may be imported; beside these, files whose name has the word `file` or `node`. */
const WITH_NODE = [
  'src/cli/',
  'src/pool/',
  'src/sweep/',
  'src/compare/',
  'src/tracking/',
  'src/backend/tensorflow/',
];
const NAMED_FOR_NODE = /(^|-)(file|node)(-|\.)/;

/** What runs in a browser: nothing that these import, however far, imports `node:`. */
const FOR_BROWSERS = ['src/index.ts', 'recipes/index.ts'];

/** The public entries gather; nobody in `src` imports them. */
const ENTRIES = new Set(['src/index.ts', 'src/node.ts']);

/** The one place that loads the course, by the package's own name. */
const LOADS_THE_COURSE = { room: 'cli', name: 'tfjs-recipes/recipes' };

/** What a recipe may import beside its own folder. */
const FOR_RECIPES = new Set(['tfjs-recipes', '@tensorflow/tfjs', 'zod']);

/** Every breach, one line each. */
export function violations(files: readonly SourceFile[]): string[] {
  return [
    ...files.flatMap((file) =>
      file.path.startsWith('recipes/') ? recipeViolations(file) : sourceViolations(file),
    ),
    ...cycles(files),
    ...FOR_BROWSERS.flatMap((entry) => nodeReachedFrom(entry, files)),
  ];
}

function sourceViolations({ path, imports }: SourceFile): string[] {
  const room = roomOf(path);
  if (ENTRIES.has(path)) return [];
  if (!ROOMS.includes(room)) return [`${path}: the house has no room "${room}"`];
  return imports.flatMap((target) => {
    if (target.startsWith('node:'))
      return mayUseNode(path) ? [] : [`${path} imports ${target}: it must run in a browser`];
    if (target.startsWith('@tensorflow/'))
      return WITHOUT_TFJS.has(room) ? [`${path} imports ${target}: ${room} knows nothing of tfjs`] : [];
    if (/^tfjs-recipes(\/|$)/.test(target))
      return room === LOADS_THE_COURSE.room && target === LOADS_THE_COURSE.name
        ? []
        : [`${path} imports ${target}: src does not import the package's own name`];
    if (target.startsWith('recipes/')) return [`${path} imports ${target}: src never imports recipes`];
    if (ENTRIES.has(target)) return [`${path} imports the entry ${target}: import the file that it gathers`];
    return target.startsWith('src/') ? arrowViolations(path, target) : [];
  });
}

function arrowViolations(path: string, target: string): string[] {
  const [from, to] = [roomOf(path), roomOf(target)];
  if (ROOMS.indexOf(to) > ROOMS.indexOf(from)) return [`${path} imports ${target}: the arrow points right`];
  if (WITHOUT_TFJS.has(from) && !WITHOUT_TFJS.has(to))
    return [`${path} imports ${target}: ${from} knows nothing of tfjs, ${to} does`];
  return [];
}

function recipeViolations({ path, imports }: SourceFile): string[] {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return imports
    .filter((target) => !FOR_RECIPES.has(target) && !target.startsWith(folder))
    .map(
      (target) =>
        `${path} imports ${target}: a recipe imports only ${[...FOR_RECIPES].join(', ')} and its own folder`,
    );
}

/** One line for each file that closes a circle of imports. */
function cycles(files: readonly SourceFile[]): string[] {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path))
      found.push(`cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' -> ')}`);
    if (done.has(path)) return;
    done.add(path);
    for (const target of importsOf.get(path) ?? []) visit(target, [...trail, path]);
  };
  for (const { path } of files) visit(path, []);
  return found;
}

function nodeReachedFrom(entry: string, files: readonly SourceFile[]): string[] {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));
  const trails = new Map([[entry, entry]]);
  // A Map's iteration meets the entries that are added on the way.
  for (const [path, trail] of trails)
    for (const target of importsOf.get(path) ?? [])
      if (!trails.has(target)) trails.set(target, `${trail} -> ${target}`);
  return [...trails]
    .filter(([target]) => target.startsWith('node:'))
    .map(([, trail]) => `${trail}: ${entry} must run in a browser`);
}

/** `src/random/rng.ts` is in `random`, `src/errors.ts` in `errors`. */
function roomOf(path: string): string {
  const [, room = ''] = path.split('/');
  return room.replace(/\.ts$/, '');
}

function mayUseNode(path: string): boolean {
  return (
    WITH_NODE.some((folder) => path.startsWith(folder)) ||
    NAMED_FOR_NODE.test(path.slice(path.lastIndexOf('/') + 1))
  );
}
