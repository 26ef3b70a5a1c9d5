/** The area under the receiver operating characteristic, from ranks (Mann & Whitney 1947; Hanley & McNeil 1982). */

/**
 * The probability that a positive scores higher than a negative, a tie counting half: 1 where the scores part them, 0.5
 * where they tell nothing. Only the order of the scores matters. The pairs are counted in whole numbers, exactly below
 * 2^52 pairs. NaN where either has no score, or one that is NaN.
 */
export function areaUnderCurve(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  const high = new Float64Array(positives).toSorted();
  const low = new Float64Array(negatives).toSorted();
  if (Number.isNaN(high.at(-1) ?? Number.NaN) || Number.isNaN(low.at(-1) ?? Number.NaN)) return Number.NaN;
  let below = 0;
  let notAbove = 0;
  let halves = 0;
  for (const score of high) {
    while (below < low.length && (low[below] ?? score) < score) below += 1;
    while (notAbove < low.length && (low[notAbove] ?? score) <= score) notAbove += 1;
    halves += below + notAbove;
  }
  return halves / (2 * high.length * low.length);
}
