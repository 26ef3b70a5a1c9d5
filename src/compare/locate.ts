/** Where two sides part: the first update whose result differs, and in it the first thing that does. */
import type { Safetensors, StoredNumbers } from '../formats/safetensors.ts';

/** What rounding in float32 leaves between two ways of computing one step, as a share of a tensor's largest number. */
export const STEP_TOLERANCE = 1e-4;

/** Weights that are further apart than this share of their largest number have parted. */
export const WEIGHT_TOLERANCE = 2e-6;

/** A gradient that the two sides have to less than three digits is no evidence about the update that it makes. */
const NOISE = 1e-3;

/** A weight is rounded to this share of itself when an update is added. */
const ROUNDING = 2 ** -22;

/** A step in the order in which it is computed. */
const STAGES = [
  'inputs',
  'targets',
  'before',
  'learningRate',
  'forward',
  'loss',
  'gradient',
  'update',
] as const;

export type Stage = (typeof STAGES)[number];

/** The first thing of a step that differs. */
export interface StepDifference {
  /** The update, from 0. */
  readonly step: number;
  readonly stage: Stage;
  /** The layer or weight; empty for the batch, the rate and the loss. */
  readonly name: string;
  /** max|a − b| / max|b|. */
  readonly relative: number;
}

type Tensors = Safetensors['tensors'];

/** The first update (from 0) after which a weight differs, from traces that keep all weights after every update. */
export function firstDifferentStep(ours: Safetensors, twin: Safetensors, updates: number): number | null {
  for (let step = 0; step < updates; step++) {
    const apart = [...ours.tensors].some(
      ([key, { values }]) =>
        key.startsWith(`after/${step + 1}/`) &&
        !(relativeDifference(values, twin.tensors.get(key)?.values) <= WEIGHT_TOLERANCE),
    );
    if (apart) return step;
  }
  return null;
}

/**
 * The first difference in a step that both sides recorded in detail: tensors `detail/<stage>/<name>`. Where a layer of
 * ours is several modules of the twin (`dense:0|1`, a Linear and its ReLU), to equal one of them is to be equal.
 */
export function firstDifference(ours: Safetensors, twin: Safetensors, step: number): StepDifference | null {
  for (const stage of STAGES) {
    const prefix = `detail/${stage}/`;
    const names = [...ours.tensors.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
    // The backward pass begins at the last layer.
    if (stage === 'gradient') names.reverse();
    // A rate that the twin does not tell is no evidence.
    if (stage === 'learningRate' && Number.isNaN(twin.tensors.get(prefix)?.values[0] ?? Number.NaN)) continue;
    for (const name of names) {
      const { relative, allowed } = differenceAt(stage, name, ours.tensors, twin.tensors);
      if (!(relative <= allowed)) return { step, stage, name, relative };
    }
  }
  return null;
}

/**
 * The weight whose update differs in a recorded step only where its gradient is rounding (terms that cancel), which the
 * optimizer makes a whole step of; null where there is none.
 */
export function cancelledGradient(
  { tensors: ours }: Safetensors,
  { tensors: twin }: Safetensors,
): string | null {
  const prefix = 'detail/update/';
  for (const [key, { values }] of ours) {
    if (!key.startsWith(prefix)) continue;
    const name = key.slice(prefix.length);
    const isApart = !(relativeDifference(values, twin.get(key)?.values) <= NOISE);
    const { relative, allowed } = differenceAt('update', name, ours, twin);
    if (isApart && relative <= allowed) return name;
  }
  return null;
}

function differenceAt(
  stage: Stage,
  name: string,
  ours: Tensors,
  twin: Tensors,
): { readonly relative: number; readonly allowed: number } {
  const key = `detail/${stage}/${name}`;
  const own = ours.get(key)?.values;
  if (stage === 'update') {
    const judged = judgedNumbers(ours, twin, name);
    const weight = largest(ours.get(`detail/before/${name}`)?.values) / largest(own);
    return {
      relative: relativeDifference(own && judged(own), judged(twin.get(key)?.values ?? new Float32Array())),
      allowed: STEP_TOLERANCE + ROUNDING * (Number.isFinite(weight) ? weight : 0),
    };
  }
  const found = [...twin].filter(([other]) => other === key || other.startsWith(`${key}|`));
  const apart = found
    .map(([, { values }]) => relativeDifference(own, values))
    .filter((value) => !Number.isNaN(value));
  return { relative: apart.length === 0 ? Number.NaN : Math.min(...apart), allowed: STEP_TOLERANCE };
}

/**
 * Sets numbers to 0 whose gradient is rounding and nothing else, terms that cancel: both sides may have the opposite
 * sign there, and rules that divide by the gradient's size make a whole step of it.
 */
function judgedNumbers(ours: Tensors, twin: Tensors, name: string): (values: StoredNumbers) => StoredNumbers {
  const [a, b] = [ours, twin].map((side) => side.get(`detail/gradient/${name}`)?.values);
  if (a === undefined || b === undefined) return (values) => values;
  const isNoise = (index: number): boolean => {
    const [own = 0, other = 0] = [a[index], b[index]];
    return Math.abs(own - other) > NOISE * Math.abs(other);
  };
  return (values) => Float64Array.from(values, (value, index) => (isNoise(index) ? 0 : value));
}

/** max|a − b| / max|b|; 0 where both are all equal, NaN where sizes differ or a number is missing on one side only. */
export function relativeDifference(ours: StoredNumbers | undefined, twin: StoredNumbers | undefined): number {
  if (ours === undefined || twin === undefined || ours.length !== twin.length) return Number.NaN;
  let difference = 0;
  for (const [index, a] of ours.entries()) {
    const b = twin[index] ?? Number.NaN;
    if (!Object.is(a, b)) difference = Math.max(difference, Math.abs(a - b));
  }
  return difference === 0 ? 0 : difference / Math.max(largest(twin), Number.MIN_VALUE);
}

function largest(values: StoredNumbers | undefined): number {
  let most = 0;
  for (const value of values ?? []) most = Math.max(most, Math.abs(value));
  return most;
}
