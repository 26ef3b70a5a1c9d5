/** The schema of figures in a stored result, and of the words and numbers that other parts of it share. */
import { z } from 'zod';

/** Any number, NaN and the infinities included: `z.number()` refuses those. */
export const number = z.custom<number>((value) => typeof value === 'number', 'must be a number');
export const whole = z.int('must be a whole number');
export const text = z.strictObject({ en: z.string(), zh: z.string() });
export const texts = z.record(z.string(), text);
export const range = z.tuple([number, number]);
const axis = { label: text, scale: z.enum(['linear', 'log']).exactOptional(), domain: range.exactOptional() };
const row = z.strictObject({
  series: z.string(),
  group: z.union([z.string(), number]).exactOptional(),
  x: number,
  y: number,
});
const evenAxis = z.strictObject(axis).omit({ scale: true });
const reference = z.strictObject({ axis: z.enum(['x', 'y']), value: number, label: text });
const intervals = z.array(z.strictObject({ series: z.string(), x: number, low: number, high: number }));
const figureBase = {
  id: z.string(),
  title: text,
  caption: text.exactOptional(),
  clock: z.boolean().exactOptional(),
  names: texts,
};

const curvesPanel = z.strictObject({
  kind: z.literal('curves'),
  title: text,
  x: z.strictObject(axis),
  y: z.strictObject(axis),
  rows: z.array(row),
  references: z.array(reference).exactOptional(),
  bands: intervals.exactOptional(),
});

const scatterPanel = z.strictObject({
  kind: z.literal('scatter'),
  title: text,
  x: z.strictObject({ ...axis, categories: z.array(text).exactOptional() }),
  y: z.strictObject(axis),
  rows: z.array(row),
  references: z.array(reference).exactOptional(),
  intervals: intervals.exactOptional(),
});

const curves = curvesPanel.extend(figureBase);
const scatter = scatterPanel.extend(figureBase);

const multiples = z.strictObject({
  kind: z.literal('multiples'),
  ...figureBase,
  panels: z.array(z.discriminatedUnion('kind', [curvesPanel, scatterPanel])).min(1),
});

const surface = z.strictObject({
  kind: z.literal('surface'),
  ...figureBase,
  x: evenAxis,
  y: evenAxis,
  z: z.strictObject(axis),
  grid: z
    .strictObject({
      columns: whole.min(2),
      rows: whole.min(2),
      x: range,
      y: range,
      values: z.array(number),
    })
    .refine(({ columns, rows, values }) => values.length === columns * rows, {
      path: ['values'],
      message: 'must have columns × rows numbers',
    }),
  paths: z.array(row),
  points: z.array(z.strictObject({ x: number, y: number, label: text })).exactOptional(),
  animation: z
    .strictObject({
      seconds: number.refine((seconds) => seconds > 0 && seconds < Infinity, 'must be above 0'),
    })
    .exactOptional(),
});

/** Any figure. */
export const figure = z.discriminatedUnion('kind', [curves, scatter, surface, multiples]);
