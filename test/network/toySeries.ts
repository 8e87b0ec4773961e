import type { SeriesSet } from "../../src/network/seriesSet.js";
import type { Random } from "../../src/random.js";

/** Noisy sine series whose phase tells the class; learnable, not separable at sight. */
export function toySeries(length: number, random: Random): SeriesSet {
  const [dates, channels, classes] = [20, 5, 4];
  const values = new Float32Array(length * dates * channels);
  const labels = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const label = random.integer(classes);
    labels[i] = label;
    for (let t = 0; t < dates; t++) {
      for (let c = 0; c < channels; c++) {
        const wave = Math.sin(0.3 * t * (1 + (c % 3)) + 0.7 * label);
        values[(i * dates + t) * channels + c] = 0.5 + 0.25 * wave + 0.2 * random.normal();
      }
    }
  }
  return { length, dates, channels, values, labels };
}
