import { expect, test } from 'vitest';
import { datasetFrom } from '../../src/data/dataset-from.ts';
import { shuffleTargets } from '../../src/data/shuffle-targets.ts';
import { Rng } from '../../src/random/rng.ts';

test('shuffleTargets keeps inputs and class counts, and moves the targets the same way for one seed', () => {
  const targets = Array.from({ length: 60 }, (_, i) => i % 3);
  const data = datasetFrom({ inputs: targets.map((_, i) => [i]), targets, classes: 3 });
  const shuffled = shuffleTargets(data, Rng.fromSeed(0));
  expect(shuffled.inputs).toEqual(data.inputs);
  expect([...shuffled.targets.values].toSorted((a, b) => a - b)).toEqual(targets.toSorted((a, b) => a - b));
  expect(shuffled.targets.values).not.toEqual(data.targets.values);
  expect(shuffleTargets(data, Rng.fromSeed(0)).targets).toEqual(shuffled.targets);
  expect(shuffled.name).toBe('data with shuffled targets');
});
