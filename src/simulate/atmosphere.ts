import type { Random } from "../random.js";
import type { Sun } from "./calendar.js";
import { air } from "./constants.js";
import { fractalField, quantile, stretchField } from "./fractal.js";

/** The sky over the region on one date, on the 10 m grid. */
export interface Sky {
  /** Share of the region under cloud, 0-1. */
  readonly cover: number;
  /** Opacity of cloud, 0-1. */
  readonly cloud: Float32Array;
  /** Weight of haze, 0-1; the scene classification does not see it. */
  readonly haze: Float32Array;
  /** Depth of cloud shadow, 0-1. */
  readonly shadow: Float32Array;
  /** Small-scale noise that decides where the scene classification errs, standard normal. */
  readonly error: Float32Array;
  /** Whether thin cloud is called cirrus. */
  readonly cirrus: boolean;
  /** Error of the air correction by band: gain and added reflectance. */
  readonly gain: readonly number[];
  readonly offset: readonly number[];
}

function drawCover(random: Random): number {
  const kind = random.uniform();
  const within = random.uniform();
  const between = ([low, high]: readonly [number, number]) => low + (high - low) * within;
  if (kind < air.clear) return 0;
  if (kind < air.clear + air.broken) return between(air.brokenCover);
  return between(air.overcastCover);
}

/**
 * Clouds as the high part of a fractal field, haze around them, shadows thrown away from the sun.
 *
 * @param orbitSign 1 or -1: the two orbits look from different sides
 */
export function simulateSky(random: Random, side: number, sun: Sun, orbitSign: number): Sky {
  const cover = drawCover(random.split("cover"));
  const small = air.cloudSide;
  const drawField = (name: string, beta: number) => fractalField(random.split(name), small, beta);
  const coarse = drawField("cloud", air.cloudBeta);
  const field = stretchField(coarse, small, side);
  const edge = cover > 0 ? quantile(coarse, 1 - cover) : Number.POSITIVE_INFINITY;
  const error = stretchField(drawField("error", 2), small, side);
  const draw = random.split("air");
  const hazy = draw.uniform() < air.hazyDates;
  const count = side * side;
  const cloud = new Float32Array(count);
  const haze = new Float32Array(count);
  for (let p = 0; p < count; p++) {
    const above = (field[p]! - edge) / air.cloudEdge;
    cloud[p] = Math.max(0, Math.min(1, above));
    const near = 1 + (field[p]! - edge) / air.hazeReach;
    const veil = air.haze * Math.max(0, Math.min(1, near));
    haze[p] = hazy ? veil + air.hazyDate * Math.max(0, Math.min(2, field[p]! + 0.5)) : veil;
  }
  const height = air.cloudHeight[0] + (air.cloudHeight[1] - air.cloudHeight[0]) * draw.uniform();
  const gainError = 1 + air.gainError * draw.normal() + air.orbitGain * orbitSign;
  const offsetError = air.offsetError * draw.normal();
  return {
    cover,
    cloud,
    haze,
    shadow: castShadow(cloud, side, (height * sun.cosine) / sun.sine / 10, sun.azimuth),
    error,
    cirrus: draw.uniform() < air.cirrusDates,
    gain: air.bandWeight.map((weight) => 1 + (gainError - 1) * weight),
    offset: air.bandWeight.map((weight) => offsetError * weight),
  };
}

/** Shadow of the clouds, `length` pixels away from the sun; clouds outside are those of the far edge. */
function castShadow(
  cloud: Float32Array,
  side: number,
  length: number,
  azimuth: number,
): Float32Array {
  const right = Math.round(-Math.sin(azimuth) * length);
  const down = Math.round(Math.cos(azimuth) * length);
  const wrap = (value: number) => ((value % side) + side) % side;
  const shadow = new Float32Array(cloud.length);
  for (let row = 0; row < side; row++) {
    const source = wrap(row - down) * side;
    for (let column = 0; column < side; column++) {
      const p = row * side + column;
      shadow[p] = cloud[source + wrap(column - right)]! * (1 - cloud[p]!);
    }
  }
  return shadow;
}

/** Changes the reflectance of one band in place to what is measured through the air. */
export function addAir(values: Float32Array, band: number, sky: Sky): void {
  const gain = sky.gain[band]!;
  const offset = sky.offset[band]!;
  const hazeWeight = air.bandWeight[band]!;
  const white = air.cloudReflectance[band]!;
  const { cloud, haze, shadow } = sky;
  const { hazeReflectance } = air;
  const shade = 1 - air.shadowLight;
  for (let p = 0; p < values.length; p++) {
    let value = values[p]! * (1 - shade * shadow[p]!) * gain + offset;
    const veil = haze[p]! * hazeWeight;
    value += (veil < 0.6 ? veil : 0.6) * (hazeReflectance - value);
    value += cloud[p]! * (white - value);
    values[p] = value;
  }
}
