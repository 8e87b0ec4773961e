import type { Tensor } from "@tensorflow/tfjs";
import type { LayerForm } from "./layerClass.js";

/** Oscillations a year of the finest harmonic: about 46 days. */
export const finestHarmonic = 8;

/**
 * The day-of-year encoding: behind the channels of every date, whose last two are sine and cosine of
 * the day's angle a, it puts sin(k a) and cos(k a) for k = 2 to {@link finestHarmonic}. Unlike
 * positions in the series they meet at the turn of the year and fit any dates.
 */
export const yearHarmonics: LayerForm = {
  className: "PhenocoverYearHarmonics",
  settings: [],
  weights: () => ({}),
  outputShape: (dates, channels) => [dates, channels + 2 * (finestHarmonic - 1)],
  call(tf, series) {
    const [samples, dates, channels] = series.shape as [number, number, number];
    const part = (channel: number) =>
      tf.slice(series, [0, 0, channel], [samples, dates, 1]) as Tensor;
    const [sine, cosine] = [part(channels - 2), part(channels - 1)];
    const parts = [series];
    let [s, c] = [sine, cosine];
    for (let k = 2; k <= finestHarmonic; k++) {
      // sin(a + b) and cos(a + b).
      [s, c] = [
        tf.add(tf.mul(s, cosine), tf.mul(c, sine)),
        tf.sub(tf.mul(c, cosine), tf.mul(s, sine)),
      ];
      parts.push(s, c);
    }
    return tf.concat(parts, 2);
  },
};
