/** What every option that is a finite number refuses. */
export const NO_NUMBERS = [
  '0.1',
  null,
  true,
  [],
  {},
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];
