/** The runs of a recipe, arm by arm: what claims and figures read. */
import type { ArmRun, RunData } from '../result/recipe-result.ts';

/** One field of the data of one run. */
export interface ArmValue<Arm extends string, Value> {
  readonly arm: Arm;
  readonly seed: number;
  readonly value: Value;
}

/** Plain results in the order arms × seeds. */
export class Runs<Arm extends string = string, Data extends RunData = RunData> {
  readonly all: readonly (ArmRun<Data> & { readonly arm: Arm })[];

  constructor(all: readonly (ArmRun<Data> & { readonly arm: Arm })[]) {
    this.all = all;
  }

  /** The seeds, in order. */
  get seeds(): readonly number[] {
    return [...new Set(this.all.map(({ seed }) => seed))];
  }

  /** The data of one arm, in the order of the seeds. */
  of(arm: Arm): readonly Data[] {
    return this.all.filter((run) => run.arm === arm).map(({ data }) => data);
  }

  /** One field of every run, or of the runs of the arms given. */
  byArm<Key extends keyof Data>(key: Key, arms?: readonly Arm[]): ArmValue<Arm, Data[Key]>[] {
    return this.all
      .filter(({ arm }) => arms === undefined || arms.includes(arm))
      .map(({ arm, seed, data }) => ({ arm, seed, value: data[key] }));
  }
}
