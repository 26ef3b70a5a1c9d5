/** The surfaces of `adaptive-learning-rate`: a canyon, a valley at several angles, a plateau with a steep side. */
import * as tf from '@tensorflow/tfjs';
import type { Objective } from 'tfjs-recipes';

/** L = √(1 + a²) − 1 + (√(1 + b²) − 1) / 100: steep across, flat along, and nowhere steeper than 1. */
export const canyon: Objective = (p) =>
  p
    .square()
    .add(1)
    .sqrt()
    .sub(1)
    .mul(tf.tensor1d([1, 0.01]))
    .sum();

/** |∇L| of the canyon. */
export const canyonSlope = (a: number, b: number): number =>
  Math.hypot(a / Math.hypot(1, a), (0.01 * b) / Math.hypot(1, b));

/** Degrees by which the valley is turned away from the axes. */
export const ANGLES = [0, 1, 3, 10, 45] as const;
const KAPPA = 1e4;

const ofAngles = (of: (radians: number) => number) =>
  tf.tensor1d(ANGLES.map((degrees) => of((degrees * Math.PI) / 180)));

/** L = (u² + w²/κ) / 2, summed over the angles; u runs across the valley, w along; p = [x of each, y of each]. */
export const valleys: Objective = (p) => {
  const [x, y] = [p.slice(0, ANGLES.length), p.slice(ANGLES.length)];
  const [cosine, sine] = [ofAngles(Math.cos), ofAngles(Math.sin)];
  const across = x.mul(cosine).add(y.mul(sine));
  const along = y.mul(cosine).sub(x.mul(sine));
  return across.square().add(along.square().div(KAPPA)).sum().div(2);
};

/** The same point of every valley: u across and w along it, as x and y of each angle. */
export const inValleys = (across: number, along: number): number[] => {
  const radians = ANGLES.map((degrees) => (degrees * Math.PI) / 180);
  const x = radians.map((angle) => across * Math.cos(angle) - along * Math.sin(angle));
  const y = radians.map((angle) => across * Math.sin(angle) + along * Math.cos(angle));
  return [...x, ...y];
};

/** Balls on the plateau. */
export const BALLS = 8;

/** L = (a² / 10 000 + b²) / 2, summed over the balls: flat along a, steep along b; p = [a of each, b of each]. */
export const plateau: Objective = (p) => {
  const [a, b] = [p.slice(0, BALLS), p.slice(BALLS)];
  return a.square().mul(1e-4).add(b.square()).sum().div(2);
};
