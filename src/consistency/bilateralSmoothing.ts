import { type ProbabilitySeries, seriesPixels } from "./probabilitySeries.js";

/** How probabilities are smoothed in space without crossing edges. */
export interface BilateralOptions {
  /** Half the side of the window, pixels. */
  readonly radius: number;
  /** Reach in space, pixels. */
  readonly space: number;
  /** Reach between probability vectors, 0-1.414. */
  readonly colour: number;
}

export const bilateralDefaults: BilateralOptions = Object.freeze({
  radius: 2,
  space: 0.8,
  colour: 0.25,
});

/** Largest squared distance of two probability vectors, per cent squared. */
const FARTHEST = 20_000;

/**
 * Bilateral filter on probabilities (as in CLC+ Backbone 2023): a mean over the window with Gaussian
 * weights of distance in space and of distance between probability vectors. Each year by itself.
 */
export function bilateralSmoothing(
  series: ProbabilitySeries,
  options: Partial<BilateralOptions> = {},
): ProbabilitySeries {
  const { radius, space, colour } = { ...bilateralDefaults, ...options };
  const { classes, width, height } = series;
  const pixels = seriesPixels(series);
  // Squared distances of per cents are whole numbers; weights are looked up.
  const near = Float64Array.from({ length: FARTHEST + 1 }, (_, squares) =>
    Math.exp(-squares / 10_000 / (2 * colour * colour)),
  );
  const side = 2 * radius + 1;
  const apart = Float64Array.from({ length: side * side }, (_, i) => {
    const [dx, dy] = [(i % side) - radius, Math.floor(i / side) - radius];
    return Math.exp(-(dx * dx + dy * dy) / (2 * space * space));
  });
  const percent = series.percent.map((values) => {
    const byPixel = new Uint8Array(values.length);
    const known = new Uint8Array(pixels);
    for (let k = 0, at = 0; k < classes; k++) {
      for (let pixel = 0; pixel < pixels; pixel++, at++) {
        byPixel[pixel * classes + k] = values[at]!;
        if (values[at] !== 0) known[pixel] = 1;
      }
    }
    const out = new Uint8Array(values.length);
    const sums = new Float64Array(classes);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (known[y * width + x] === 0) continue;
        const own = (y * width + x) * classes;
        sums.fill(0);
        let total = 0;
        for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
          for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++) {
            if (known[v * width + u] === 0) continue;
            const other = (v * width + u) * classes;
            let squares = 0;
            for (let k = 0; k < classes; k++) {
              const step = byPixel[own + k]! - byPixel[other + k]!;
              squares += step * step;
            }
            const weight =
              apart[(v - y + radius) * side + u - x + radius]! * near[Math.min(squares, FARTHEST)]!;
            for (let k = 0; k < classes; k++) sums[k]! += weight * byPixel[other + k]!;
            total += weight;
          }
        }
        for (let k = 0, at = y * width + x; k < classes; k++, at += pixels) {
          out[at] = Math.round(sums[k]! / total);
        }
      }
    }
    return out;
  });
  return { ...series, percent };
}
