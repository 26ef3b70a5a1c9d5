/** Every optimizer by name, made from plain options as the reference files store them. */
import type { z } from 'zod';
import type { ParameterInfo } from '../../src/layers/paths.ts';
import { adadelta, adadeltaKind } from '../../src/optimizers/adadelta.ts';
import { adagrad, adagradKind } from '../../src/optimizers/adagrad.ts';
import { adam, adamKind, adamW, adamWKind } from '../../src/optimizers/adam.ts';
import { adamax, adamaxKind } from '../../src/optimizers/adamax.ts';
import { optimizerSchema } from '../../src/optimizers/build-optimizer.ts';
import { lamb, lambKind, lars, larsKind } from '../../src/optimizers/layer-wise.ts';
import { lion, lionKind } from '../../src/optimizers/lion.ts';
import { nadam, nadamKind } from '../../src/optimizers/nadam.ts';
import type { Optimizer } from '../../src/optimizers/optimizer.ts';
import { radam, radamKind } from '../../src/optimizers/radam.ts';
import { rmsProp, rmsPropKind } from '../../src/optimizers/rms-prop.ts';
import { sgd, sgdKind } from '../../src/optimizers/sgd.ts';

/** Options that are not checked by the compiler: those of the reference, and wrong ones. */
export type PlainOptions = Readonly<Record<string, unknown>>;

interface Maker {
  readonly make: (options: PlainOptions) => Optimizer;
  readonly schema: z.ZodObject;
}

const maker = (make: (options: never) => Optimizer, schema: z.ZodObject): Maker => ({
  make: (options) => make(options as never),
  schema,
});

export const OPTIMIZERS = {
  sgd: maker(sgd, optimizerSchema(sgdKind)),
  adam: maker(adam, optimizerSchema(adamKind)),
  adamW: maker(adamW, optimizerSchema(adamWKind)),
  adagrad: maker(adagrad, optimizerSchema(adagradKind)),
  adadelta: maker(adadelta, optimizerSchema(adadeltaKind)),
  rmsProp: maker(rmsProp, optimizerSchema(rmsPropKind)),
  adamax: maker(adamax, optimizerSchema(adamaxKind)),
  nadam: maker(nadam, optimizerSchema(nadamKind)),
  radam: maker(radam, optimizerSchema(radamKind)),
  lars: maker(lars, optimizerSchema(larsKind)),
  lamb: maker(lamb, optimizerSchema(lambKind)),
  lion: maker(lion, optimizerSchema(lionKind)),
} satisfies Record<string, Maker>;

export type OptimizerName = keyof typeof OPTIMIZERS;

/** In the reference a group says by `weight` which parameters it is of: `{ weight: 'bias', weightDecay: 0 }`. */
interface StoredGroup extends PlainOptions {
  readonly weight: string;
}

export function optimizerFor(
  name: OptimizerName,
  { groups = [], ...options }: PlainOptions & { readonly groups?: readonly StoredGroup[] },
): Optimizer {
  const matched = groups.map(({ weight, ...changes }) => ({
    ...changes,
    match: (parameter: ParameterInfo) => parameter.weight === weight,
  }));
  return OPTIMIZERS[name].make({ ...options, groups: matched });
}
