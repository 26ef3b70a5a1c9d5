/** How uncertain Adam's adaptive rate is in the first updates (Liu et al. 2020, arXiv:1908.03265). */
import { mean, type Rng } from 'tfjs-recipes';

/** Var[1/√v̂] of Adam over 1000 streams of gradients that are noise alone, and what RAdam's factor leaves of it. */
export function simulateAdaptiveRate(rng: Rng, beta2: number) {
  const steps = [10, 20, 50, 100, 200, 500, 1000];
  const [variance, rectified]: [number[], number[]] = [[], []];
  const longest = 2 / (1 - beta2) - 1;
  let v = new Float64Array(1000);
  for (let [t, kept] = [1, beta2]; t <= 1000; t++, kept *= beta2) {
    const gradients = rng.normal(v.length);
    v = v.map((old, i) => beta2 * old + (1 - beta2) * (gradients[i] ?? 0) ** 2);
    if (!steps.includes(t)) continue;
    const rates = v.map((moment) => 1 / Math.sqrt(moment / (1 - kept)));
    const rho = longest - (2 * t * kept) / (1 - kept);
    variance.push(mean(rates.map((rate) => rate * rate)) - mean(rates) ** 2);
    const factor = ((rho - 4) * (rho - 2) * longest) / ((longest - 4) * (longest - 2) * rho);
    rectified.push((variance.at(-1) ?? Number.NaN) * factor);
  }
  return {
    fallsBy: (variance[0] ?? Number.NaN) / (variance[3] ?? Number.NaN),
    variance: { steps, values: variance },
    rectified: { steps, values: rectified },
  };
}
