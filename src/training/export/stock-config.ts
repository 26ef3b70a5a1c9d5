/** The configuration of a stock layer with nothing in it that stock tfjs does not know. */
import type * as tf from '@tensorflow/tfjs';
import { SeededInitializer } from '../../layers/seeded-initializer.ts';
import type { Formula } from '../../layers/weight-draws.ts';
import { STOCK_CLASSES } from './stock-classes.ts';

type Config = tf.serialization.ConfigDict;
type ConfigValue = tf.serialization.ConfigDictValue;

/**
 * Initializers of this package become tfjs's of the same distribution with the same seed (other numbers); what else
 * acts only before or in training and is not stock is left out: an initializer becomes zeros, which the stored weights
 * replace, a regularizer or constraint null.
 */
export function stockConfig(config: Config): Config {
  const entries = Object.entries(config).map(([key, value]): [string, ConfigValue] => [
    key,
    stockValue(key, value),
  ]);
  return Object.fromEntries(entries);
}

/** The activations and cells in a configuration that are not stock: `activation wave`, `class MyCell`; wrapped layers stand for themselves. */
export function foreignParts(config: Config): string[] {
  return Object.entries(config).flatMap(([key, value]) => {
    if (typeof value === 'string' && /activation$/i.test(key))
      return STOCK_CLASSES.activation.has(value) ? [] : [`activation ${value}`];
    if (key === 'layer' || roleOf(key) !== undefined) return [];
    return listOf(value).flatMap((item) => {
      if (!isSerialized(item)) return [];
      const own = STOCK_CLASSES.layer.has(item.className) ? [] : [`class ${item.className}`];
      return [...own, ...foreignParts(item.config)];
    });
  });
}

function stockValue(key: string, value: ConfigValue): ConfigValue {
  if (Array.isArray(value)) return value.map((item) => stockValue(key, item));
  if (!isSerialized(value)) return value;
  const { className, config } = value;
  const role = roleOf(key);
  if (role === undefined) return { ...value, config: stockConfig(config) };
  if (STOCK_CLASSES[role].has(className)) return value;
  if (role !== 'initializer') return null;
  return className === SeededInitializer.className
    ? stockInitializer(config)
    : { className: 'Zeros', config: {} };
}

/** The initializer's own check of its configuration gives the types. */
function stockInitializer(config: Config): Config {
  const { seed, formula } = new SeededInitializer(config as unknown as SeededInitializer['config']).config;
  return { ...initializerOf(formula, seed) };
}

function initializerOf(formula: Formula, seed: number): { className: string; config: Config } {
  switch (formula.kind) {
    case 'varianceScaling': {
      const { distribution, fan, gain } = formula;
      const mode = fan === 'average' ? 'fanAvg' : fan;
      return { className: 'VarianceScaling', config: { scale: gain ** 2, mode, distribution, seed } };
    }
    case 'truncatedNormal':
      return {
        className: 'TruncatedNormal',
        config: { mean: 0, stddev: formula.standardDeviation, seed },
      };
    case 'orthogonal':
      return { className: 'Orthogonal', config: { gain: formula.gain, seed } };
    default:
      return formula satisfies never;
  }
}

/** What an entry of a configuration is, if it acts on weights alone. */
function roleOf(key: string): 'initializer' | 'regularizer' | 'constraint' | undefined {
  return (['initializer', 'regularizer', 'constraint'] as const).find((role) =>
    key.toLowerCase().endsWith(role),
  );
}

const listOf = (value: ConfigValue): ConfigValue[] => (Array.isArray(value) ? value : [value]);

function isSerialized(value: ConfigValue): value is Config & { className: string; config: Config } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    typeof Reflect.get(value, 'className') === 'string' &&
    typeof Reflect.get(value, 'config') === 'object'
  );
}
