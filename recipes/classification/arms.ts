/** The arms of `classification`, and what a run of one comes to. */

/** A quantity after each number of updates. */
type Series = { readonly steps: readonly number[]; readonly values: readonly number[] };

/** Reads digits, with a hidden layer or without. */
export interface DigitsArm {
  readonly task: 'digits';
  /** Units of the hidden layer; 0 for none. */
  readonly hidden: number;
  readonly start: 'first' | 'second';
  readonly shuffled: boolean;
}

/** Tells three blobs on a line apart, by what a linear model is to give for each. */
export interface BlobsArm {
  readonly task: 'blobs';
  /** Of class c under output k: `codes[k][c]`. */
  readonly codes: readonly (readonly number[])[];
  readonly loss: 'squared error' | 'cross-entropy';
  readonly rate: number;
}

/** Tells two kinds of cell nuclei apart. */
export interface NucleiArm {
  readonly task: 'nuclei';
  /** Two logits under a softmax, or one under a sigmoid. */
  readonly outputs: 1 | 2;
  readonly rate: number;
}

/** Leaves the corner of the slide where the wrong class is nearly certain. */
export interface CornerArm {
  readonly task: 'corner';
  readonly loss: 'squared error' | 'cross-entropy';
  readonly optimizer: 'sgd' | 'adam';
  readonly rate: number;
}

/** Estimates p = sigmoid(w x) from labels drawn with a known w. */
export interface SlopesArm {
  readonly task: 'slopes';
  readonly loss: 'squared error' | 'cross-entropy';
  readonly rate: number;
}

export type Arm = DigitsArm | BlobsArm | NucleiArm | CornerArm | SlopesArm;
export type ArmName = keyof ReturnType<typeof armsOf>;

/** A run gives what its task can measure. */
export type Outcome = {
  readonly accuracy?: number;
  readonly loss?: number;
  readonly validationLoss?: Series;
  /** Of a linear model on blobs, at places along their line: [output][place]. */
  readonly outputs?: readonly (readonly number[])[];
  /** Of the second class, for each test row. */
  readonly probabilities?: readonly number[];
  /** Until the right class has the largest probability; all, where it never has. */
  readonly updates?: number;
  readonly path?: readonly (readonly [y1: number, y2: number])[];
  /** Mean square error of the slopes, in units of the Cramér-Rao bound. */
  readonly variance?: number;
};

/** Every way to give three classes the numbers 0, 1, 2; the first is their order on the line. */
export const NUMBERINGS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;
const ONE_HOT = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
] as const;

export function armsOf({ hiddenUnits }: { readonly hiddenUnits: number }) {
  const digits: DigitsArm = { task: 'digits', hidden: 0, start: 'first', shuffled: false };
  const blobs: BlobsArm = { task: 'blobs', codes: ONE_HOT, loss: 'squared error', rate: 0.05 };
  const nuclei: NucleiArm = { task: 'nuclei', outputs: 1, rate: 0.1 };
  const corner: CornerArm = { task: 'corner', loss: 'squared error', optimizer: 'sgd', rate: 1 };
  return {
    linear: digits,
    linearAgain: { ...digits, start: 'second' },
    mlp: { ...digits, hidden: hiddenUnits },
    shuffled: { ...digits, hidden: hiddenUnits, shuffled: true },
    number: { ...blobs, codes: NUMBERINGS },
    oneHot: blobs,
    softmax: { ...blobs, loss: 'cross-entropy', rate: 0.3 },
    softmaxOfTwo: { ...nuclei, outputs: 2 },
    sigmoid: nuclei,
    sigmoidDoubled: { ...nuclei, rate: 0.2 },
    cornerCrossEntropy: { ...corner, loss: 'cross-entropy' },
    cornerSquared: corner,
    cornerSquaredAdam: { ...corner, optimizer: 'adam' },
    slopesCrossEntropy: { task: 'slopes', loss: 'cross-entropy', rate: 4 },
    slopesSquared: { task: 'slopes', loss: 'squared error', rate: 15 },
  } satisfies Record<string, Arm>;
}
