/** Which module of a state_dict belongs to which layer. */
import { DataError, didYouMean, ModelError, OptionError } from '../errors.ts';
import type { StoredTensor } from '../formats/safetensors.ts';
import type { TorchModule } from './torch-modules.ts';

/** A module of a state_dict: its tensors by the last part of their names. */
export interface StoredModule {
  readonly name: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

type Pair = readonly [module: TorchModule, stored: StoredModule];

/** The module of each layer by the layer's path, where it is not called as that path. */
export type ModuleNames = Readonly<Record<string, string>>;

/**
 * Pairs by name where `names` is given, or each layer has a module of its own name; else in order. Throws where a
 * module or layer is left over, or the order of either side is not known: nothing is guessed.
 */
export function pairModules(
  modules: readonly TorchModule[],
  entries: ReadonlyMap<string, StoredTensor>,
  names: ModuleNames | undefined,
): Pair[] {
  const stored = storedModules(entries);
  const isByName = names !== undefined || modules.every(({ path }) => stored.has(path));
  const pairs = isByName ? byName(modules, stored, names ?? {}) : inOrder(modules, stored, entries);
  const taken = new Set(pairs.map(([, { name }]) => name));
  const left = [...stored.keys()].filter((name) => !taken.has(name));
  if (left.length > 0) throw refusal(`no layer takes ${list(left)}; leave out what the model has not`);
  return pairs;
}

/** Each layer with the name of its module; throws an OptionError for names of no layer, and for one given twice. */
export function namedModules(
  where: string,
  modules: readonly TorchModule[],
  names: ModuleNames = {},
): (readonly [name: string, module: TorchModule])[] {
  const paths = modules.map(({ path }) => path);
  const named = modules.map((module) => [names[module.path] ?? module.path, module] as const);
  const given = named.map(([name]) => name);
  const unknown = Object.keys(names).filter((path) => !paths.includes(path));
  const double = paths.filter((_, i) => given.indexOf(given[i] ?? '') !== i);
  const problems = [
    ...unknown.map((path) => ({
      path: `names.${path}`,
      rule: 'is not a layer with weights',
      hint: didYouMean(path, paths) ?? `there are: ${list(paths)}`,
    })),
    ...double.map((path) => ({
      path: `names.${path}`,
      rule: 'must be a module of its own',
      received: names[path] ?? path,
    })),
  ];
  if (problems.length > 0) throw new OptionError(where, problems);
  return named;
}

function byName(
  modules: readonly TorchModule[],
  stored: ReadonlyMap<string, StoredModule>,
  names: ModuleNames,
): Pair[] {
  return namedModules('loadStateDict', modules, names).map(([name, module]) => {
    const found = stored.get(name);
    if (found) return [module, found];
    throw refusal(`there is no module ${name} for layer ${module.path}; there are: ${list(stored.keys())}`);
  });
}

function inOrder(
  modules: readonly TorchModule[],
  stored: ReadonlyMap<string, StoredModule>,
  entries: ReadonlyMap<string, StoredTensor>,
): Pair[] {
  const names = isSortedByName(entries) ? numericOrder([...stored.keys()]) : [...stored.keys()];
  const chain = modules.toSorted((a, b) => a.depth - b.depth);
  const astray = chain.find(({ depth }, i) => depth !== i + 1);
  if (astray)
    throw new ModelError(
      `loadStateDict: the layers do not follow on each other (see ${astray.path}), so that the order of the modules does not tell whose they are; ${CURE}`,
    );
  if (names.length !== chain.length)
    throw refusal(
      `there are ${names.length} modules for ${chain.length} layers: ${list(names)} for ${list(chain.map(({ path }) => path))}`,
    );
  return chain.flatMap((module, i) => {
    const found = stored.get(names[i] ?? '');
    return found ? [[module, found] as const] : [];
  });
}

const CURE = "give names: { 'dense:0': 'fc1', … } for every layer, or your layers the names of their modules";

/** The modules in the order of their first entries. */
function storedModules(entries: ReadonlyMap<string, StoredTensor>): Map<string, StoredModule> {
  const modules = new Map<string, { name: string; tensors: Map<string, StoredTensor> }>();
  for (const [entry, tensor] of entries) {
    const [, name = '', last = ''] = /^(?:(.*?)\.)??(parametrizations\..+|[^.]+)$/s.exec(entry) ?? [];
    const module = modules.get(name) ?? { name, tensors: new Map() };
    module.tensors.set(last, tensor);
    modules.set(name, module);
  }
  return modules;
}

/** Python's safetensors sorts a file by type and then by name, and the order of the modules is lost. */
function isSortedByName(entries: ReadonlyMap<string, StoredTensor>): boolean {
  const last = new Map<unknown, string>();
  return [...entries].every(([name, { values }]) => {
    const before = last.get(values.constructor);
    last.set(values.constructor, name);
    return before === undefined || before < name;
  });
}

/** `0, 2, 10` of `0, 10, 2`. Throws where names differ in more than numbers. */
function numericOrder(names: readonly string[]): string[] {
  const ordered = names
    .map((name) => ({ name, parts: name.split(/(\d+)/) }))
    .toSorted((a, b) => {
      const i = a.parts.findIndex((part, j) => part !== b.parts[j]);
      const [one = '', other = ''] = [a.parts[i], b.parts[i]];
      if (i % 2 === 1 && other !== '') return Number(one) - Number(other);
      const either = [a.name, b.name].toSorted().join(' or ');
      throw refusal(
        `the entries are sorted by name, as Python's safetensors writes them, which does not tell whether ${either} comes first; ${CURE}`,
      );
    });
  return ordered.map(({ name }) => name);
}

const list = (names: Iterable<string>): string => [...names].join(', ');

const refusal = (problem: string): DataError => new DataError(`loadStateDict: ${problem}`);
