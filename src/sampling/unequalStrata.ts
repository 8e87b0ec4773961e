import { DataError } from "../errors.js";
import { normalEstimate, type SampleEstimate } from "./estimateOf.js";

/** Sample points whose strata need not be the classes of the map. */
export interface StrataSample {
  /** Name and pixels of every stratum. */
  readonly strata: readonly { readonly name: string; readonly pixels: number }[];
  /** Stratum of every point, an index. */
  readonly stratum: ArrayLike<number>;
}

/** What a point counts for. */
export type Indicator = (point: number) => number;

interface StratumSums {
  n: number;
  y: number;
  x: number;
  yy: number;
  xx: number;
  xy: number;
}

function sums({ strata, stratum }: StrataSample, y: Indicator, x: Indicator): StratumSums[] {
  const out = strata.map((): StratumSums => ({ n: 0, y: 0, x: 0, yy: 0, xx: 0, xy: 0 }));
  for (let point = 0; point < stratum.length; point++) {
    const one = out[stratum[point]!];
    if (one === undefined) throw new DataError("sample", `no stratum ${stratum[point]}`);
    const [a, b] = [y(point), x(point)];
    one.n++;
    one.y += a;
    one.x += b;
    one.yy += a * a;
    one.xx += b * b;
    one.xy += a * b;
  }
  strata.forEach(({ name, pixels }, h) => {
    const { n } = out[h]!;
    if (pixels > 0 && n < 2) {
      throw new DataError(`stratum ${name}`, `${n} sample points, expected at least 2`);
    }
  });
  return out;
}

/**
 * Ratio of two totals from a stratified random sample whose strata differ from the map that is judged
 * (Stehman 2014, DOI 10.1080/01431161.2014.930207, equations 23-28), such as user's accuracy: points
 * mapped and true over points mapped. NaN where the lower total is 0.
 */
export function stratifiedRatio(sample: StrataSample, y: Indicator, x: Indicator): SampleEstimate {
  const parts = sums(sample, y, x);
  let [above, below] = [0, 0];
  sample.strata.forEach(({ pixels }, h) => {
    const { n, y: sumY, x: sumX } = parts[h]!;
    if (n === 0) return;
    above += (pixels * sumY) / n;
    below += (pixels * sumX) / n;
  });
  const ratio = above / below;
  let variance = 0;
  sample.strata.forEach(({ pixels }, h) => {
    const { n, y: sumY, x: sumX, yy, xx, xy } = parts[h]!;
    if (n === 0) return;
    const varY = (yy - (sumY * sumY) / n) / (n - 1);
    const varX = (xx - (sumX * sumX) / n) / (n - 1);
    const cov = (xy - (sumX * sumY) / n) / (n - 1);
    const residual = Math.max(0, varY + ratio * ratio * varX - 2 * ratio * cov);
    variance += (pixels * pixels * Math.max(0, 1 - n / pixels) * residual) / n;
  });
  return normalEstimate(ratio, variance / (below * below));
}

/** Share of all pixels for which `y` holds, such as the area share of a class in the reference. */
export function stratifiedShare(sample: StrataSample, y: Indicator): SampleEstimate {
  return stratifiedRatio(sample, y, () => 1);
}
