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
    const present = presentClasses(values, classes, pixels);
    const out = new Uint8Array(values.length);
    const own = new Int32Array(classes);
    const sums = new Float64Array(classes);
    for (let y = 0; y < height; y++) {
      const [top, bottom] = [Math.max(0, y - radius), Math.min(height - 1, y + radius)];
      for (let x = 0; x < width; x++) {
        const pixel = y * width + x;
        if (present.first[pixel] === present.first[pixel + 1]) continue;
        own.fill(0);
        for (let i = present.first[pixel]!; i < present.first[pixel + 1]!; i++) {
          own[present.class[i]!] = present.percent[i]!;
        }
        sums.fill(0);
        let total = 0;
        const [left, right] = [Math.max(0, x - radius), Math.min(width - 1, x + radius)];
        for (let v = top; v <= bottom; v++) {
          for (let u = left; u <= right; u++) {
            const other = v * width + u;
            const [from, to] = [present.first[other]!, present.first[other + 1]!];
            if (from === to) continue;
            // |a - b|^2 = |a|^2 + |b|^2 - 2 a.b, whole numbers.
            let product = 0;
            for (let i = from; i < to; i++)
              product += own[present.class[i]!]! * present.percent[i]!;
            const distance = present.squares[pixel]! + present.squares[other]! - 2 * product;
            const weight =
              apart[(v - y + radius) * side + u - x + radius]! *
              near[Math.min(distance, FARTHEST)]!;
            for (let i = from; i < to; i++)
              sums[present.class[i]!]! += weight * present.percent[i]!;
            total += weight;
          }
        }
        for (let k = 0, at = pixel; k < classes; k++, at += pixels) {
          out[at] = Math.round(sums[k]! / total);
        }
      }
    }
    return out;
  });
  return { ...series, percent };
}

/** The classes above 0 of every pixel, one pixel after the other: few of a legend's. */
interface PresentClasses {
  /** Where the entries of a pixel begin; those of the next one end them. */
  readonly first: Uint32Array;
  readonly class: Uint8Array;
  readonly percent: Uint8Array;
  /** Sum of squared per cents of every pixel. */
  readonly squares: Int32Array;
}

function presentClasses(values: Uint8Array, classes: number, pixels: number): PresentClasses {
  const first = new Uint32Array(pixels + 1);
  for (let k = 0, at = 0; k < classes; k++) {
    for (let pixel = 0; pixel < pixels; pixel++, at++) if (values[at] !== 0) first[pixel + 1]!++;
  }
  for (let pixel = 0; pixel < pixels; pixel++) first[pixel + 1]! += first[pixel]!;
  const next = first.slice();
  const list = new Uint8Array(first[pixels]!);
  const percent = new Uint8Array(list.length);
  const squares = new Int32Array(pixels);
  for (let k = 0, at = 0; k < classes; k++) {
    for (let pixel = 0; pixel < pixels; pixel++, at++) {
      const p = values[at]!;
      if (p === 0) continue;
      const entry = next[pixel]!++;
      list[entry] = k;
      percent[entry] = p;
      squares[pixel]! += p * p;
    }
  }
  return { first, class: list, percent, squares };
}
