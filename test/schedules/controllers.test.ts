/** Controllers by hand: when they change the rate, what a checkpoint keeps of them, what they refuse. */
import { describe, expect, test } from 'vitest';
import { DataError, OptionError } from '../../src/errors.ts';
import { type Json, parseJson, stringifyJson } from '../../src/result/json.ts';
import { joinSchedules } from '../../src/schedules/combine.ts';
import { conditionalWarmup } from '../../src/schedules/conditional-warmup.ts';
import type { ScheduleController } from '../../src/schedules/controller.ts';
import { reduceOnPlateau } from '../../src/schedules/reduce-on-plateau.ts';
import { linearWarmup } from '../../src/schedules/warmup.ts';

/** The rate after each of the values was observed. */
function ratesAfter(controller: ScheduleController, values: readonly number[], first = 0): number[] {
  return values.map((value, index) => {
    controller.onEpochEnd(first + index, { 'validation/loss': value, loss: 0 });
    return controller(index);
  });
}

const throughJson = (state: Json): Json => parseJson(stringifyJson(state));

describe('reduceOnPlateau', () => {
  const plateau = (options: Partial<Parameters<typeof reduceOnPlateau>[0]> = {}): ScheduleController =>
    reduceOnPlateau({ from: 1, factor: 0.5, patience: 1, ...options });

  test('bears as many bad epochs as its patience, and counts again after each reduction', () => {
    expect(ratesAfter(plateau(), [3, 2, 2, 2, 2, 2, 1, 1, 1])).toEqual([
      1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125,
    ]);
  });

  test('patience 0 reduces after the first bad epoch', () => {
    expect(ratesAfter(plateau({ patience: 0 }), [2, 2, 1, 1])).toEqual([1, 0.5, 0.5, 0.25]);
  });

  test('defaults: factor 0.1 after the eleventh bad epoch', () => {
    const values = Array.from({ length: 13 }, () => 1);
    expect(ratesAfter(reduceOnPlateau({ from: 1 }), values)).toEqual([...values.slice(2), 0.1, 0.1]);
  });

  test('an improvement below the threshold is none: relative, absolute, and for a maximum', () => {
    const falls = [100, 95, 86];
    expect(ratesAfter(plateau({ patience: 0, threshold: 0.1 }), falls)).toEqual([1, 0.5, 0.5]);
    expect(ratesAfter(plateau({ patience: 0, threshold: 14, thresholdMode: 'absolute' }), falls)).toEqual([
      1, 0.5, 0.25,
    ]);
    expect(ratesAfter(plateau({ patience: 0, threshold: 0.1, mode: 'max' }), [100, 110, 111])).toEqual([
      1, 0.5, 0.5,
    ]);
  });

  test('an equal value is no improvement', () => {
    expect(ratesAfter(plateau({ patience: 0, threshold: 0 }), [1, 1])).toEqual([1, 0.5]);
  });

  test('cooldown: that many epochs after a reduction count for nothing', () => {
    const options = { patience: 0, cooldown: 2 };
    expect(ratesAfter(plateau(options), [1, 1, 1, 1, 1])).toEqual([1, 0.5, 0.5, 0.5, 0.25]);
  });

  test('the rate stops at minimumRate, and where a reduction would be no more than 1e-8', () => {
    expect(ratesAfter(plateau({ patience: 0, minimumRate: 0.3 }), [1, 1, 1, 1])).toEqual([1, 0.5, 0.3, 0.3]);
    expect(ratesAfter(plateau({ patience: 0, from: 3e-8 }), [1, 1, 1])).toEqual([3e-8, 1.5e-8, 1.5e-8]);
  });

  test('NaN is never better; the first number is', () => {
    expect(ratesAfter(plateau(), [Number.NaN, 5, Number.NaN, 5])).toEqual([1, 1, 1, 0.5]);
  });

  test('between two observations it is a schedule: any step, also joined after a warm-up', () => {
    const controller = plateau({ patience: 0 });
    const joined = joinSchedules([linearWarmup({ to: 1, steps: 2 }), controller], { boundaries: [2] });
    expect([0, 1, 2, 1e9].map(joined)).toEqual([0, 0.5, 1, 1]);
    ratesAfter(controller, [1, 1]);
    expect([1e9, 2, 1, 0].map(joined)).toEqual([0.5, 0.5, 0.5, 0]);
  });

  test('names what there is when the monitored series is not', () => {
    const controller = plateau({ monitor: 'validation/accuracy', mode: 'max' });
    expect(() => controller.onEpochEnd(0, { loss: 1, 'validation/loss': 2 })).toThrow(OptionError);
    expect(() => controller.onEpochEnd(0, { loss: 1, 'validation/loss': 2 })).toThrow(
      'reduceOnPlateau: monitor must be a series that the training measures each epoch, received "validation/accuracy" (there are: loss, validation/loss)',
    );
    expect(() => controller.onEpochEnd(0, {})).toThrow('there are none');
  });
});

describe('conditionalWarmup', () => {
  const observe = (controller: ScheduleController, monitor: string, values: readonly number[]): number[] =>
    values.map((value, epoch) => {
      controller.onEpochEnd(epoch, { [monitor]: value });
      return controller(epoch);
    });

  test('He et al.: 0.01 until the error is below 80 %, then 0.1 for good', () => {
    const errors = [0.9, 0.8, Number.NaN, 0.79, 0.95];
    expect(conditionalWarmup({ monitor: 'error', below: 0.8 })(0)).toBe(0.01);
    expect(observe(conditionalWarmup({ monitor: 'error', below: 0.8 }), 'error', errors)).toEqual([
      0.01, 0.01, 0.01, 0.1, 0.1,
    ]);
    const accuracies = errors.map((error) => 1 - error);
    expect(
      observe(conditionalWarmup({ monitor: 'accuracy', above: 0.2 }), 'accuracy', accuracies.with(1, 0.2)),
    ).toEqual([0.01, 0.01, 0.01, 0.1, 0.1]);
  });

  test('what follows may be a schedule of the whole training', () => {
    const controller = conditionalWarmup({ from: 2, to: (step) => step, monitor: 'loss', below: 1 });
    expect([0, 5].map(controller)).toEqual([2, 2]);
    observe(controller, 'loss', [0.5]);
    expect([0, 5].map(controller)).toEqual([0, 5]);
  });

  test('above and below exclude each other', () => {
    const rule = 'conditionalWarmup: above or below must be given, and not both';
    expect(() => conditionalWarmup({ monitor: 'loss' })).toThrow(rule);
    expect(() => conditionalWarmup({ monitor: 'loss', above: 1, below: 1 })).toThrow(rule);
  });
});

describe('state', () => {
  const makers: Readonly<Record<string, () => ScheduleController>> = {
    reduceOnPlateau: () => reduceOnPlateau({ from: 1, factor: 0.5, patience: 1, cooldown: 1 }),
    conditionalWarmup: () => conditionalWarmup({ monitor: 'validation/loss', below: 2 }),
  };
  const values = [4, 3, 3, 3, 2.5, 3, 1, 1, 1, 1, 1, 1];
  const cuts = values.map((_value, cut) => cut);

  test.each(Object.entries(makers))(
    '%s goes on after a restore as if nothing had happened',
    (_name, make) => {
      const whole = ratesAfter(make(), values);
      expect(new Set(whole).size).toBeGreaterThan(1);
      for (const cut of cuts) {
        const before = make();
        const head = ratesAfter(before, values.slice(0, cut));
        const after = make();
        after.restoreHost(throughJson(before.host()));
        expect(after(0)).toBe(before(0));
        expect([...head, ...ratesAfter(after, values.slice(cut), cut)]).toEqual(whole);
      }
      expect(make().tensors().size).toBe(0);
    },
  );

  test.each(Object.entries(makers))(
    '%s refuses the state of something else and keeps its own',
    (name, make) => {
      const controller = make();
      const own = controller.host();
      const fields = Object.entries(own as Readonly<Record<string, Json>>);
      const wrong: Json[] = [null, 1, [], {}, { ...Object.fromEntries(fields), more: 1 }];
      for (const [field] of fields) wrong.push({ ...Object.fromEntries(fields), [field]: '1' });
      for (const state of wrong) {
        expect(() => controller.restoreHost(state)).toThrow(DataError);
        expect(() => controller.restoreHost(state)).toThrow(`stored state of ${name}`);
      }
      expect(controller.host()).toEqual(own);
    },
  );
});
