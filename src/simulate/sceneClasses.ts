import type { Random } from "../random.js";
import type { Sky } from "./atmosphere.js";
import { air, classId } from "./constants.js";

/** What the classification of one scene starts from, on the 20 m grid. */
export interface Seen {
  /** The sky on this grid. */
  readonly sky: Sky;
  /** Visible share of snow. */
  readonly snow: Float32Array;
  /** Measured reflectance, red and near infrared. */
  readonly red: Float32Array;
  readonly nir: Float32Array;
  /** Class of most of the ground. */
  readonly ground: Uint8Array;
}

const bright: ReadonlySet<number> = new Set([
  classId.Artificial,
  classId.Mineral,
  classId.Rocks,
  classId.Sand,
]);

/** Standard normal quantile of the upper tails used below (Odeh and Evans 1974, to 4.5e-4). */
function upperTail(share: number): number {
  const t = Math.sqrt(-2 * Math.log(share < 0.5 ? share : 1 - share));
  const z =
    t -
    (2.515517 + 0.802853 * t + 0.010328 * t * t) /
      (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t);
  return share < 0.5 ? z : -z;
}

/**
 * Scene classes of Sentinel-2 (SCL 2-11) with the errors of the real product: haze unseen, part of
 * the shadows missed, false cloud over bright ground and snow.
 */
export function classifyScene(random: Random, seen: Seen): Uint8Array {
  const { sky, snow, red, nir, ground } = seen;
  const missed = -upperTail(air.shadowMissed);
  const falseCloud = upperTail(air.falseCloud);
  const falseOnSnow = upperTail(air.falseCloudSnow);
  const classOf = (landClass: number, p: number) => {
    const rare = random.uniform();
    const cloud = sky.cloud[p]!;
    if (cloud > 0.6) return 9;
    if (cloud > 0) return sky.cirrus ? 10 : 8;
    if (sky.shadow[p]! > 0.3 && sky.error[p]! > missed) return 3;
    if (bright.has(landClass) && snow[p]! < 0.5 && sky.error[p]! > falseCloud) return 8;
    const white = snow[p]! > 0.5 || landClass === classId.Snow;
    if (white) return sky.error[p]! > falseOnSnow ? 8 : 11;
    if (rare < air.unclassified) return 7;
    if (landClass === classId.Water) return 6;
    if (nir[p]! < air.darkNir) return 2;
    return (nir[p]! - red[p]!) / (nir[p]! + red[p]!) > 0.4 ? 4 : 5;
  };
  return ground.map(classOf);
}
