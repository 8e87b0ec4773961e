import { type ProbabilitySeries, seriesPixels } from "./probabilitySeries.js";

/** How probabilities are smoothed in space. */
export interface BayesianOptions {
  /** Half the side of the window, pixels: 4 is 9 x 9. */
  readonly radius: number;
  /** Variance of a pixel's own logit: the larger, the smoother. */
  readonly smoothness: number;
}

export const bayesianDefaults: BayesianOptions = Object.freeze({ radius: 4, smoothness: 20 });

const LEVELS = 101;
/** Per cent that 0 and 100 stand for, so that logits are finite. */
const EDGE = 0.5;
const LOGITS = Float64Array.from({ length: LEVELS }, (_, percent) => {
  const p = Math.min(100 - EDGE, Math.max(EDGE, percent)) / 100;
  return Math.log(p / (1 - p));
});

/**
 * Bayesian smoothing in space (Camara et al., sits: logits of each class; mean m0 and variance v0 of
 * the highest half of a window are the prior of its middle; posterior mean w x + (1 - w) m0 with
 * w = v0 / (v0 + s)). Each year by itself. Values are per cent of the whole again.
 */
export function bayesianSmoothing(
  series: ProbabilitySeries,
  options: Partial<BayesianOptions> = {},
): ProbabilitySeries {
  const { radius, smoothness } = { ...bayesianDefaults, ...options };
  const { classes, width, height } = series;
  const pixels = seriesPixels(series);
  const percent = series.percent.map((values) => {
    const odds = new Float32Array(classes * pixels);
    const known = new Uint8Array(pixels);
    for (let k = 0, at = 0; k < classes; k++) {
      for (let pixel = 0; pixel < pixels; pixel++, at++) if (values[at] !== 0) known[pixel] = 1;
    }
    const grid = { width, height, known };
    for (let k = 0; k < classes; k++) {
      const plane = values.subarray(k * pixels, (k + 1) * pixels);
      const out = odds.subarray(k * pixels, (k + 1) * pixels);
      smoothPlane(plane, grid, { radius, smoothness }, out);
    }
    const out = new Uint8Array(classes * pixels);
    for (let pixel = 0; pixel < pixels; pixel++) {
      if (known[pixel] === 0) continue;
      let sum = 0;
      for (let k = 0; k < classes; k++) sum += odds[k * pixels + pixel]!;
      for (let k = 0; k < classes; k++) {
        out[k * pixels + pixel] = Math.round((100 * odds[k * pixels + pixel]!) / sum);
      }
    }
    return out;
  });
  return { ...series, percent };
}

/** Smoothed probability of one class; windows move along rows as histograms of the 101 per cents. */
function smoothPlane(
  plane: Uint8Array,
  { width, height, known }: { width: number; height: number; known: Uint8Array },
  { radius, smoothness }: BayesianOptions,
  out: Float32Array,
): void {
  const histogram = new Uint16Array(LEVELS);
  // Bit b of word w: some pixel of the window has level 32 w + b. Most windows hold few levels.
  const present = new Uint32Array(Math.ceil(LEVELS / 32));
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - radius);
    const bottom = Math.min(height - 1, y + radius);
    histogram.fill(0);
    present.fill(0);
    let count = 0;
    for (let ahead = 0; ahead < width + radius; ahead++) {
      if (ahead < width) {
        for (let row = top, at = top * width + ahead; row <= bottom; row++, at += width) {
          if (known[at] === 0) continue;
          const level = plane[at]!;
          histogram[level]!++;
          present[level >> 5]! |= 1 << (level & 31);
          count++;
        }
      }
      const x = ahead - radius;
      if (x > radius) {
        const behind = x - radius - 1;
        for (let row = top, at = top * width + behind; row <= bottom; row++, at += width) {
          if (known[at] === 0) continue;
          const level = plane[at]!;
          histogram[level]!--;
          if (histogram[level] === 0) present[level >> 5]! &= ~(1 << (level & 31));
          count--;
        }
      }
      const pixel = y * width + x;
      if (x < 0 || known[pixel] === 0) continue;
      const half = Math.max(1, Math.ceil(count / 2));
      let left = half;
      let sum = 0;
      let squares = 0;
      for (let word = present.length - 1; left > 0; word--) {
        for (let bits = present[word]!; bits !== 0 && left > 0; ) {
          const bit = 31 - Math.clz32(bits);
          bits &= ~(1 << bit);
          const level = (word << 5) + bit;
          const taken = Math.min(left, histogram[level]!);
          const logit = LOGITS[level]!;
          sum += taken * logit;
          squares += taken * logit * logit;
          left -= taken;
        }
      }
      const mean = sum / half;
      const variance = half > 1 ? Math.max(0, (squares - sum * mean) / (half - 1)) : 0;
      const weight = variance / (variance + smoothness);
      const logit = weight * LOGITS[plane[pixel]!]! + (1 - weight) * mean;
      out[pixel] = 1 / (1 + Math.exp(-logit));
    }
  }
}
