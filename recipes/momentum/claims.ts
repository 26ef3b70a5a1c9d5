/** The claims of `momentum`. Effect sizes and their reasons: README.md. */
import { atLeast, between, type Claim } from 'tfjs-recipes';
import * as land from './landscapes.ts';
import type { Outcome } from './outcome.ts';
import type { text } from './text.ts';

export const claims: readonly Claim<keyof typeof text.arms, Outcome>[] = [
  {
    id: 'passes-the-bump',
    arm: 'momentum',
    control: 'tenfold',
    measure: ({ arm }) => arm.passed[land.LOW] ?? Number.NaN,
    expect: atLeast(0.9),
    figure: { id: 'terrain', at: (y) => ({ x: land.HEIGHTS[land.LOW], y, panel: 1 }) },
  },
  {
    id: 'passes-any-bump',
    arm: 'momentum',
    control: 'plain',
    measure: ({ arm }) => arm.passed[land.HIGH] ?? Number.NaN,
    expect: atLeast(0.9),
    figure: { id: 'terrain', at: (y) => ({ x: land.HEIGHTS[land.HIGH], y, panel: 1 }) },
  },
  {
    id: 'crosses-the-plateau',
    arm: 'momentum',
    control: 'tenfold',
    measure: ({ arm }) => arm.arrived,
    expect: atLeast(0.9),
    figure: { id: 'terrain' },
  },
  {
    id: 'root-of-the-condition-number',
    arm: 'momentum',
    control: 'plain',
    measure: ({ arm }) => arm.exponent,
    expect: between(0.4, 0.6),
    figure: { id: 'rates' },
  },
  {
    id: 'nesterov-settles-where-heavy-ball-cycles',
    arm: 'nesterov',
    control: 'momentum',
    measure: ({ arm }) => arm.settled,
    expect: atLeast(0.99),
    figure: { id: 'rates' },
  },
  {
    id: 'faster-with-the-full-batch',
    arm: 'momentum',
    against: 'plain',
    control: 'tenfold',
    measure: ({ arm, against }) => Math.log10(against.fullBatchLoss / arm.fullBatchLoss),
    scale: 'log10',
    expect: atLeast(0.5),
    figure: { id: 'net' },
  },
  {
    id: 'faster-with-small-batches',
    arm: 'momentum',
    against: 'plain',
    control: 'tenfold',
    measure: ({ arm, against }) => Math.log10(against.smallBatchLoss / arm.smallBatchLoss),
    scale: 'log10',
    expect: atLeast(0.1),
    figure: { id: 'net' },
  },
];
