import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { infoOfVariable, parameterInfos } from '../../src/layers/paths.ts';
import { adam } from '../../src/optimizers/adam.ts';
import type { Optimizer } from '../../src/optimizers/optimizer.ts';
import { sgd } from '../../src/optimizers/sgd.ts';
import { integerPower } from '../../src/power.ts';
import { withoutLeak } from '../no-leak.ts';
import {
  absoluteError,
  CLOSED_FORM_10,
  CLOSED_FORM_100,
  DOUBLE,
  relativeError,
  SINGLE,
} from '../tolerances.ts';

/** The parameter after each update, with the given gradients. */
function path(optimizer: Optimizer, gradients: readonly number[], start = 1): number[] {
  const w = tf.variable(tf.tensor1d([start]));
  const values = gradients.map((g) => {
    tf.tidy(() => optimizer.applyGradients({ [w.name]: tf.tensor1d([g]) }));
    return w.dataSync()[0] ?? Number.NaN;
  });
  optimizer.dispose();
  w.dispose();
  return values;
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  describe('hand-worked updates', () => {
    test('sgd: w − η g', () => {
      expect(absoluteError(path(sgd({ learningRate: 0.1 }), [2, -1]), [0.8, 0.9])).toBeLessThanOrEqual(
        SINGLE,
      );
    });

    test('momentum: v = 0.9 v + g', () => {
      // v: 2, 0.8, 1.72; w: 0.8, 0.72, 0.548
      const values = path(sgd({ learningRate: 0.1, momentum: 0.9 }), [2, -1, 1]);
      expect(absoluteError(values, [0.8, 0.72, 0.548])).toBeLessThanOrEqual(SINGLE);
    });

    test('Nesterov: g + 0.9 v', () => {
      // v: 2, 0.8; movement: 3.8, −0.28; w: 0.62, 0.648
      const values = path(sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }), [2, -1]);
      expect(absoluteError(values, [0.62, 0.648])).toBeLessThanOrEqual(SINGLE);
    });

    test('adam: the first update is the rate, whatever the size of the gradient (bias correction)', () => {
      for (const g of [1e-3, 1, 1e3]) {
        expect(absoluteError(path(adam({ learningRate: 0.1 }), [g]), [0.9])).toBeLessThanOrEqual(
          CLOSED_FORM_10,
        );
      }
    });

    test('adam: ε is 1e-8 and stands outside the root, after the correction', () => {
      // g = 1e-8: m̂ = g, √v̂ = g, so the step is η g / (g + ε) = η / 2.
      expect(absoluteError(path(adam({ learningRate: 0.1 }), [1e-8]), [0.95])).toBeLessThanOrEqual(
        CLOSED_FORM_10,
      );
    });

    test('adam: two updates', () => {
      // g = 1, −2: m = 0.1, −0.11; v = 0.001, 0.004999; m̂₂ = −0.11 / 0.19; v̂₂ = 0.004999 / 0.001999
      const second = 0.9 + (0.1 * (0.11 / 0.19)) / Math.sqrt(0.004999 / 0.001999);
      expect(absoluteError(path(adam({ learningRate: 0.1 }), [1, -2]), [0.9, second])).toBeLessThanOrEqual(
        CLOSED_FORM_10,
      );
    });

    test('a schedule gives the rate of each update, from step 0', () => {
      const values = path(sgd({ learningRate: (step) => [0.5, 0.25][step] ?? 0 }), [1, 1, 1]);
      expect(values).toEqual([0.5, 0.25, 0.25]);
    });
  });

  test('adam against float64 over 100 updates', () => {
    const gradients = Array.from({ length: 100 }, (_, t) => Math.sin(t) + 0.1);
    let [m, v, w] = [0, 0, 1];
    const exact = gradients.map((g, i) => {
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      w -= (0.01 * (m / (1 - 0.9 ** (i + 1)))) / (Math.sqrt(v / (1 - 0.999 ** (i + 1))) + 1e-8);
      return w;
    });
    expect(absoluteError(path(adam({ learningRate: 0.01 }), gradients), exact)).toBeLessThanOrEqual(
      CLOSED_FORM_100,
    );
  });

  test('the heavy ball on a quadratic is its closed form for 100 steps', () => {
    // w² / 2 with η = 0.1, μ = 0.9: w_{t+1} = (1 + μ − η) w_t − μ w_{t−1}
    const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
    const w = tf.variable(tf.tensor1d([1]));
    const exact = [1, 0.9];
    const values: number[] = [];
    for (let t = 0; t < 100; t++) {
      optimizer.minimize(() => w.square().sum().div(2), false, [w]);
      values.push(w.dataSync()[0] ?? Number.NaN);
      exact.push(1.8 * (exact[t + 1] ?? 0) - 0.9 * (exact[t] ?? 0));
    }
    optimizer.dispose();
    w.dispose();
    expect(absoluteError(values, exact.slice(1, 101))).toBeLessThanOrEqual(CLOSED_FORM_100);
  });

  test('state belongs to the variable: order, absence and additions move nothing', () => {
    // Constant gradients 10 for a, 1 for b with momentum: after t updates the velocity is g (1 − 0.9^t) / 0.1.
    const [a, b] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))];
    const optimizer = sgd({ learningRate: 1, momentum: 0.9 });
    const apply = (gradients: Record<string, number>): void =>
      tf.tidy(() =>
        optimizer.applyGradients(
          Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, tf.scalar(g)])),
        ),
      );
    apply({ [a.name]: 10, [b.name]: 1 });
    apply({ [b.name]: 1, [a.name]: 10 });
    apply({ [b.name]: 1 });
    // a: 10 + 19 = 29 and untouched by the third; b: 1 + 1.9 + 2.71
    expect(relativeError([...a.dataSync(), ...b.dataSync()], [-29, -5.61])).toBeLessThanOrEqual(
      CLOSED_FORM_10,
    );
    tf.dispose([a, b]);
    optimizer.dispose();
  });

  test('works in model.compile and model.fit', async () => {
    await withoutLeak(async () => {
      const model = tf.sequential({
        layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'zeros' })],
      });
      const optimizer = sgd({ learningRate: 0.5 });
      model.compile({ optimizer, loss: 'meanSquaredError' });
      const [x, y] = [tf.tensor2d([[1], [-1]]), tf.tensor2d([[2], [0]])];
      await model.fit(x, y, { epochs: 1, batchSize: 2 });
      // w = b = 0: gradients −2 · mean(x y) = −2 and −2 · mean(y) = −2; one update with η = 0.5
      const weights = model.getWeights().flatMap((weight) => [...weight.dataSync()]);
      expect(weights).toEqual([1, 1]);
      tf.dispose([x, y]);
      model.dispose();
      optimizer.dispose();
    });
  });
});

describe('exported state', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });
  const build = (): tf.Sequential =>
    tf.sequential({
      layers: [tf.layers.dense({ units: 3, inputShape: [2] }), tf.layers.dense({ units: 1 })],
    });
  const update = (model: tf.LayersModel, optimizer: Optimizer): void => {
    const x = tf.tensor2d([
      [1, 2],
      [3, -1],
    ]);
    optimizer.minimize(
      () => (model.apply(x) as tf.Tensor).square().mean(),
      false,
      model.trainableWeights.map((w) => w.read() as tf.Variable),
    );
    x.dispose();
  };
  const weights = (model: tf.LayersModel): number[] =>
    model.getWeights().flatMap((weight) => [...weight.dataSync()]);

  test('a second instance of the model goes on bit for bit', () => {
    const [first, second] = [build(), build()];
    const [one, two] = [adam({ learningRate: 0.1 }), adam({ learningRate: 0.1 })];
    for (let i = 0; i < 5; i++) update(first, one);
    second.setWeights(first.getWeights());
    const state = one.exportState(first);
    expect(Object.keys(state.slots)).toEqual([
      'dense:0/kernel',
      'dense:0/bias',
      'dense:1/kernel',
      'dense:1/bias',
    ]);
    two.importState(second, structuredClone(state));
    expect(two.step).toBe(5);
    for (let i = 0; i < 5; i++) {
      update(first, one);
      update(second, two);
    }
    expect(weights(second)).toEqual(weights(first));
  });

  test('groups by path hold after an import, and once a path is known', () => {
    const frozen = {
      match: (parameter: { path: string | undefined }) => parameter.path === 'dense:0/kernel',
      learningRate: 1e-9,
    };
    const [first, second] = [build(), build()];
    const [one, two] = [
      adam({ learningRate: 0.1, groups: [frozen] }),
      adam({ learningRate: 0.1, groups: [frozen] }),
    ];
    const variables = (model: tf.LayersModel): tf.Variable[] =>
      model.trainableWeights.map((w) => w.read() as tf.Variable);
    one.prepare(variables(first)); // by name only: no path yet
    const infos = parameterInfos(first);
    one.prepare(variables(first), (variable) => infos.get(variable) ?? infoOfVariable(variable));
    update(first, one);
    second.setWeights(first.getWeights());
    two.importState(second, one.exportState(first));
    const before = [...(second.getWeights()[0]?.dataSync() ?? [])];
    update(second, two);
    expect(absoluteError([...(second.getWeights()[0]?.dataSync() ?? [])], before)).toBeLessThanOrEqual(
      SINGLE,
    );
    update(first, one);
    expect(weights(second)).toEqual(weights(first));
  });

  test('refuses a state that does not fit, and changes nothing', () => {
    const model = build();
    const optimizer = adam();
    update(model, optimizer);
    const state = optimizer.exportState(model);
    expect(() => sgd().importState(model, state)).toThrow("it is adam's, this optimizer is sgd");
    const other = adam();
    const { 'dense:1/bias': bias, ...slots } = state.slots;
    expect(() =>
      other.importState(model, { ...state, slots: { ...slots, 'dense:7/bias': bias ?? {} } }),
    ).toThrow('no parameter dense:7/bias');
    const short = {
      ...state.slots,
      'dense:0/bias': { firstMoment: new Float32Array(2), secondMoment: new Float32Array(3) },
    };
    expect(() => other.importState(model, { ...state, slots: short })).toThrow(
      'dense:0/bias needs 3 values of firstMoment, found 2',
    );
    expect(() => other.importState(model, { ...state, step: Number.NaN })).toThrow(
      'step must be an integer >= 0, found NaN',
    );
    expect(other.step).toBe(0);
  });
});

describe('options', () => {
  test.each([
    [
      () => sgd({ learningRate: 0 }),
      'sgd: learningRate must be a number > 0 or a schedule (step => rate), received 0',
    ],
    [
      () => sgd({ learningRate: Number.NaN }),
      'learningRate must be a number > 0 or a schedule (step => rate), received NaN',
    ],
    [() => sgd({ momentum: 1 }), 'momentum must be < 1, received 1'],
    [() => sgd({ nesterov: true }), 'nesterov needs a momentum > 0 and no dampening, received true'],
    [
      () => sgd({ momentun: 0.9 } as never),
      'momentun is not an option, received 0.9 (did you mean "momentum"?)',
    ],
    [
      () => adam({ beta1: -0.1, beta2: 1, epsilon: 0 }),
      'adam: beta1 must be >= 0, received -0.1; beta2 must be < 1, received 1; epsilon must be > 0, received 0',
    ],
    [() => adam({ beta1: '0.9' } as never), 'beta1 must be a number, received "0.9"'],
  ])('%#', (make, message) => {
    expect(make).toThrow(message);
  });
});

test('integerPower agrees with Math.pow', () => {
  for (const [base, exponent] of [
    [0.9, 0],
    [0.9, 1],
    [0.999, 1000],
    [0.999, 4000],
    [2, 30],
  ] as const) {
    expect(Math.abs(integerPower(base, exponent) - base ** exponent)).toBeLessThanOrEqual(
      DOUBLE * base ** exponent,
    );
  }
});
