/** What a run of `gradient-descent` comes to, and the claims about it. Effect sizes and their reasons: README.md. */
import { atLeast, atMost, type Claim } from 'tfjs-recipes';

export type ArmName = 'small' | 'right' | 'below' | 'beyond' | 'absolute' | 'outliers';

/** The data of one run. */
export type Outcome = {
  /** Of the distance to the least-squares line, after the last update. */
  readonly remaining: number;
  /** Largest distance of the path from the closed form, in its first 100 updates. */
  readonly fromClosedForm: number;
  /** Root mean square distances from the true line. */
  readonly squaredLineError: number;
  readonly absoluteLineError: number;
  /** Shares of the starts in the double well. */
  readonly global: number;
  readonly local: number;
  readonly asTheStartSays: number;
  /** The first starts in the double well, and where they are after the last update. */
  readonly wells: readonly (readonly [start: number, end: number])[];
  readonly path: readonly (readonly [b: number, w: number])[];
  /** Mean squared error above its least value. */
  readonly excess: { readonly steps: readonly number[]; readonly values: readonly number[] };
};

export const claims: readonly Claim<ArmName, Outcome>[] = [
  {
    id: 'below-the-limit-arrives',
    arm: 'below',
    control: 'beyond',
    measure: ({ arm }) => arm.remaining,
    expect: atMost(0.1),
    figure: { id: 'excess-loss' },
  },
  {
    id: 'beyond-the-limit-leaves',
    arm: 'beyond',
    control: 'below',
    measure: ({ arm }) => arm.remaining,
    expect: atLeast(10),
    figure: { id: 'excess-loss' },
  },
  {
    id: 'too-small-is-not-there-yet',
    arm: 'small',
    control: 'right',
    measure: ({ arm }) => arm.remaining,
    expect: atLeast(0.1),
    figure: { id: 'excess-loss' },
  },
  {
    id: 'path-is-the-closed-form',
    arm: 'right',
    control: 'absolute',
    measure: ({ arm }) => arm.fromClosedForm,
    expect: atMost(1e-5),
    figure: { id: 'surface' },
  },
  {
    id: 'outliers-want-absolute-error',
    arm: 'outliers',
    control: 'right',
    measure: ({ arm }) => 2 * Math.log(arm.absoluteLineError / arm.squaredLineError),
    scale: 'ln',
    expect: atMost(Math.log(0.1)),
    figure: { id: 'outliers' },
  },
  {
    id: 'start-decides-the-valley',
    arm: 'right',
    control: 'beyond',
    measure: ({ arm }) => arm.asTheStartSays,
    expect: atLeast(0.99),
    figure: { id: 'double-well' },
  },
  {
    id: 'sharp-valley-needs-a-small-rate',
    arm: 'beyond',
    control: 'right',
    measure: ({ arm }) => arm.global,
    expect: atMost(0.01),
    figure: { id: 'double-well' },
  },
];
