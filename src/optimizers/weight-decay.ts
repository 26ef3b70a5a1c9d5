/** Weight decay around any update rule, in its two forms (Loshchilov & Hutter 2019, arXiv:1711.05101). */
import type { UpdateRule } from './update-rule.ts';

/**
 * `coupled`: g ← g + λθ before the rule, the gradient of ½λ‖θ‖² (L2 regularization; PyTorch's `weight_decay` of SGD and
 * Adam). `decoupled`: θ ← (1 − ηλ) θ before the rule, which then sees the gradient alone (PyTorch's AdamW). For SGD
 * without momentum they are the same; an adaptive rule divides the coupled one by its own magnitude.
 */
export function withWeightDecay(
  rule: UpdateRule,
  weightDecay: number,
  kind: 'coupled' | 'decoupled',
): UpdateRule {
  const coupled = kind === 'coupled';
  return {
    ...rule,
    scalars: [...rule.scalars, 'decay'],
    scalarsAt: (step, rate) => ({
      ...rule.scalarsAt(step, rate),
      decay: coupled ? weightDecay : 1 - rate * weightDecay,
    }),
    update(parameter, gradient, slots, scalars) {
      const { decay } = scalars;
      if (decay === undefined) throw new RangeError('the scalar "decay" is missing');
      return coupled
        ? rule.update(parameter, gradient.add(parameter.mul(decay)), slots, scalars)
        : rule.update(parameter.mul(decay), gradient, slots, scalars);
    },
  };
}
