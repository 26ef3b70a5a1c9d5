/**
 * A training's state in one file: all that is not a function of seed, options and step. Weights, norm statistics, slots
 * and counters of the optimizer, controllers, callbacks with a state, averaged weights, and the history so far.
 */
import * as tf from '@tensorflow/tfjs';
import { DataError } from '../errors.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type StoredNumbers,
  type StoredTensor,
} from '../formats/safetensors.ts';
import { sha256 } from '../formats/sha256.ts';
import { type Json, parseJson, stringifyJson } from '../result/json.ts';
import { PACKAGE } from '../version.ts';
import type { Stateful } from './stateful.ts';

/** Where a training keeps its checkpoint. */
export interface CheckpointStore {
  /** Updates between two checkpoints; one more is made where the training ends. */
  readonly everySteps: number;
  /** The newest checkpoint that is whole; null when there is none. */
  read(): Promise<Uint8Array | null>;
  /** Keeps the bytes, so that an interruption at any moment leaves a whole checkpoint. */
  write(bytes: Uint8Array): Promise<void>;
}

/** A part of a training's state: variables, plain numbers, and the rest. */
export interface CheckpointPart extends Stateful {
  arrays?(): ReadonlyMap<string, Float64Array>;
  restoreArrays?(arrays: ReadonlyMap<string, ArrayLike<number>>): void;
}

export type CheckpointParts = ReadonlyMap<string, CheckpointPart>;

/** What two trainings must share for one to go on where the other stopped. */
export type TrainingIdentity = Readonly<Record<string, Json>>;

const FORMAT = 'tfjs-recipes checkpoint 1';
/** How every checkpoint begins, after the 8 bytes of the header's length: the digest of all other bytes follows. */
const BEGINNING = '{"__metadata__":{"sha256":"';
const DIGEST_AT = 8 + BEGINNING.length;
/** What stands in the digest's place while it is computed. */
const NO_DIGEST = '0'.repeat(64);

/** The file; waits for the device. */
export async function packCheckpoint(
  parts: CheckpointParts,
  identity: TrainingIdentity,
): Promise<Uint8Array> {
  const tensors = new Map<string, StoredTensor>();
  const host: Record<string, Json> = {};
  for (const [part, state] of parts) {
    for (const [path, variable] of state.tensors())
      tensors.set(`${part}/${path}`, { shape: variable.shape, values: await valuesOf(variable) });
    for (const [name, values] of state.arrays?.() ?? [])
      tensors.set(`${part}/${name}`, { shape: [values.length], values });
    host[part] = state.host();
  }
  return seal(tensors, {
    format: FORMAT,
    package: PACKAGE.version,
    identity: stringifyJson(identity),
    host: stringifyJson(host),
  });
}

/** A file that knows its own SHA-256. */
export async function seal(
  tensors: Safetensors['tensors'],
  metadata: Safetensors['metadata'],
): Promise<Uint8Array> {
  const file = encodeSafetensors({ tensors, metadata: { sha256: NO_DIGEST, ...metadata } });
  file.set(new TextEncoder().encode(await sha256(file)), DIGEST_AT);
  return file;
}

/**
 * Gives the parts the state of a file. Throws a DataError, before anything is changed, for a file that is damaged, or of
 * another training: it lists every difference.
 */
export async function unpackCheckpoint(
  file: Uint8Array,
  parts: CheckpointParts,
  identity: TrainingIdentity,
): Promise<void> {
  const { tensors, metadata } = await openSealed(file);
  const hosts = parseJson(metadata['host'] ?? 'null');
  const differences = [
    ...identityDifferences(parseJson(metadata['identity'] ?? 'null'), identity),
    ...partDifferences(parts, tensors, hosts),
  ];
  if (differences.length > 0)
    throw new DataError(`the checkpoint is of another training: ${differences.join('; ')}`);
  for (const [part, state] of parts) {
    state.restoreHost(field(hosts, part) ?? null);
    state.restoreArrays?.(arraysOf(part, tensors));
  }
  for (const [part, state] of parts)
    for (const [path, variable] of state.tensors()) assign(variable, tensors.get(`${part}/${path}`));
}

/** Throws a DataError unless every bit is as it was written. */
export async function checkSeal(file: Uint8Array): Promise<void> {
  const text = new TextDecoder('latin1');
  if (text.decode(file.subarray(8, DIGEST_AT)) !== BEGINNING)
    throw new DataError('the checkpoint is not one of this package, or its first bytes are damaged');
  const end = DIGEST_AT + NO_DIGEST.length;
  const found = await sha256(
    file.subarray(0, DIGEST_AT),
    new TextEncoder().encode(NO_DIGEST),
    file.subarray(end),
  );
  if (text.decode(file.subarray(DIGEST_AT, end)) !== found)
    throw new DataError('the checkpoint is damaged: its SHA-256 is not the one that it was written with');
}

/** The file's contents, if every bit is as it was written. */
async function openSealed(file: Uint8Array): Promise<Safetensors> {
  await checkSeal(file);
  const contents = decodeSafetensors(file);
  const { format = 'none' } = contents.metadata;
  if (format !== FORMAT)
    throw new DataError(
      `the checkpoint has the format ${JSON.stringify(format)}, this version reads "${FORMAT}"`,
    );
  return contents;
}

function identityDifferences(stored: Json, own: TrainingIdentity): string[] {
  const names = new Set([...Object.keys(own), ...(isRecord(stored) ? Object.keys(stored) : [])]);
  return [...names].flatMap((name) => {
    const [there, here] = [stringifyJson(field(stored, name)), stringifyJson(own[name])];
    return there === here ? [] : [`${name} is ${there ?? 'not given'} there and ${here ?? 'not given'} here`];
  });
}

function partDifferences(
  parts: CheckpointParts,
  tensors: ReadonlyMap<string, StoredTensor>,
  hosts: Json,
): string[] {
  const wanted = new Map(
    [...parts].flatMap(([part, state]) =>
      [...state.tensors()].map(([path, { shape }]): [string, number[]] => [`${part}/${path}`, shape]),
    ),
  );
  const withArrays = [...parts].filter(([, state]) => 'arrays' in state).map(([part]) => `${part}/`);
  const unknown = [...tensors.keys()].filter(
    (name) => !wanted.has(name) && !withArrays.some((prefix) => name.startsWith(prefix)),
  );
  return [
    ...[...parts.keys()]
      .filter((part) => field(hosts, part) === undefined)
      .map((part) => `it has no ${part}`),
    ...Object.keys(isRecord(hosts) ? hosts : {})
      .filter((part) => !parts.has(part))
      .map((part) => `it has a part ${part} that is not here`),
    ...[...wanted].flatMap(([name, shape]) => {
      const there = tensors.get(name)?.shape;
      if (there?.join() === shape.join()) return [];
      return [
        `${name} is ${there ? `[${there.join(', ')}]` : 'missing'} there and [${shape.join(', ')}] here`,
      ];
    }),
    ...unknown.map((name) => `it has ${name}, which is not here`),
  ];
}

function arraysOf(part: string, tensors: ReadonlyMap<string, StoredTensor>): Map<string, StoredNumbers> {
  const prefix = `${part}/`;
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, { values }]) => [name.slice(prefix.length), values]),
  );
}

async function valuesOf(variable: tf.Variable): Promise<StoredNumbers> {
  const values = await variable.data();
  return values instanceof Float32Array ? values : Int32Array.from(values as Int32Array);
}

function assign(variable: tf.Variable, stored: StoredTensor | undefined): void {
  if (stored === undefined) return;
  tf.tidy(() => variable.assign(tf.tensor(stored.values as tf.TypedArray, variable.shape, variable.dtype)));
}

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const field = (value: Json | undefined, name: string): Json | undefined =>
  isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
