import { describe, expect, test } from 'vitest';
import { History } from '../../src/result/history.ts';
import { parseJson, stringifyJson } from '../../src/result/json.ts';

const history = new History({
  series: {
    'train/loss': { steps: [0, 1, 2, 3], values: [2, 1, Number.NaN, 1], better: 'lower' },
    'validation/accuracy': { steps: [2, 4], values: [0.5, 0.5], better: 'higher' },
    nothing: { steps: [], values: [], better: 'lower' },
  },
  outcome: { kind: 'completed' },
  execution: { mode: 'eager', target: null, lowering: null, reason: '', stepsPerCall: 1 },
  steps: 4,
  timings: {
    totalSeconds: 1,
    stepsPerSecond: 4,
    dataSeconds: 0,
    evaluationSeconds: 0,
    callbackSeconds: 0,
    checkpointSeconds: 0,
  },
});

describe('History', () => {
  test('best is the first best finite point in the direction of the series', () => {
    expect(history.at('train/loss').best).toEqual({ step: 1, value: 1 });
    expect(history.at('validation/accuracy').best).toEqual({ step: 2, value: 0.5 });
    expect(history.at('nothing')).toMatchObject({ best: undefined, last: undefined });
    expect(history.at('train/loss').last).toEqual({ step: 3, value: 1 });
    expect(history.last('nothing')).toBeNaN();
  });

  test('an unknown series is an error that lists the known ones', () => {
    expect(() => history.series('loss')).toThrow(
      'no series "loss"; there are: train/loss, validation/accuracy, nothing',
    );
    expect(() => history.at('toString')).toThrow('no series "toString"');
  });
});

test('JSON keeps non-finite numbers, and -0 becomes 0', () => {
  const value = { a: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1], b: 'text' };
  expect(stringifyJson(value)).toBe('{"a":["NaN","Infinity","-Infinity",1],"b":"text"}');
  expect(parseJson(stringifyJson(value))).toEqual(value);
  expect(stringifyJson(history)).toContain('"NaN"');
});
