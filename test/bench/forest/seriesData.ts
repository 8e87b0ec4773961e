import { createRandom, type Random } from "../../../src/random.js";

/** Image series of invented land cover. */
export interface SeriesData {
  /** [rows][dates][bands] */
  readonly values: Float32Array;
  readonly labels: Uint8Array;
}

export const dates = 20;
export const bands = 10;
export const classes = 10;
const subtypes = 3;

/**
 * Series of ten classes with three sub-types each: a yearly wave a band, shifted in phase, level
 * and strength from pixel to pixel, mixed with another class at every tenth pixel, a tenth of the
 * dates missed and held from the date before.
 *
 * @param wrong share of the labels that are drawn anew, 0-1
 */
export function seriesData(rows: number, wrong: number, seed: number): SeriesData {
  const waves = typicalWaves(createRandom(7));
  const random = createRandom(seed);
  const values = new Float32Array(rows * dates * bands);
  const labels = new Uint8Array(rows);
  const other = new Float32Array(dates * bands);
  for (let row = 0; row < rows; row++) {
    const label = random.integer(classes);
    const series = values.subarray(row * dates * bands, (row + 1) * dates * bands);
    writeSeries(waves, label, random, series);
    if (random.uniform() < 0.1) {
      writeSeries(waves, random.integer(classes), random, other);
      const share = 0.5 * random.uniform();
      for (let i = 0; i < series.length; i++) series[i]! += share * (other[i]! - series[i]!);
    }
    labels[row] = random.uniform() < wrong ? random.integer(classes) : label;
  }
  return { values, labels };
}

interface Wave {
  readonly level: number;
  readonly strength: number;
  readonly phase: number;
}

function typicalWaves(random: Random): Wave[] {
  return Array.from({ length: classes * subtypes * bands }, () => ({
    level: 0.35 * random.normal(),
    strength: 0.2 + 0.4 * random.uniform(),
    phase: 2 * Math.PI * random.uniform(),
  }));
}

function writeSeries(
  waves: readonly Wave[],
  label: number,
  random: Random,
  series: Float32Array,
): void {
  const first = (label * subtypes + random.integer(subtypes)) * bands;
  const phase = 0.4 * random.normal();
  const scale = 1 + 0.25 * random.normal();
  const level = 0.3 * random.normal();
  for (let date = 0; date < dates; date++) {
    const missed = date > 0 && random.uniform() < 0.1;
    for (let band = 0; band < bands; band++) {
      const at = date * bands + band;
      const wave = waves[first + band]!;
      const angle = (2 * Math.PI * date) / dates + wave.phase + phase;
      series[at] = missed
        ? series[at - bands]!
        : wave.level + level + scale * wave.strength * Math.sin(angle) + 0.7 * random.normal();
    }
  }
}
