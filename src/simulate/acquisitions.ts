import type { Random } from "../random.js";
import { dayNumber, isoDate, type Sun, sunPosition } from "./calendar.js";
import { orbits, place } from "./constants.js";

/** One pass of a satellite over the region, as the catalogue names it. */
export interface Acquisition {
  /** Item id in the dialect of its collection. */
  readonly id: string;
  /** Days since 1 January 1970. */
  readonly day: number;
  /** Start of the datatake, `yyyy-mm-ddThh:mm:ssZ`. */
  readonly time: string;
  readonly orbit: number;
  readonly platform: "sentinel-2a" | "sentinel-2b";
  readonly collection: "sentinel-2-l2a" | "sentinel-2-c1-l2a";
  readonly baseline: string;
  /** Added to every digital number: 0, or 1000 from baseline 04.00 on. */
  readonly shift: number;
  readonly sun: Sun;
  /** Column, as a share of the side, where the swath ends in the top row; null when it covers the region. */
  readonly swathEnd: number | null;
}

/**
 * Acquisitions of two relative orbits in order of time, about 70 a year: of every two passes, five
 * days apart, one is kept at random, as after a search that drops the cloudiest tiles.
 */
export function listAcquisitions(random: Random): Acquisition[] {
  const first = dayNumber(orbits.first);
  const last = dayNumber(orbits.last);
  const list: Acquisition[] = [];
  for (const { orbit, day: reference, time } of orbits.passes) {
    const draw = random.split(`orbit ${orbit}`);
    const passes = Math.floor((first - dayNumber(reference)) / 5) + 1;
    for (let pass = passes; ; pass += 2) {
      const kept = pass + draw.integer(2);
      const day = dayNumber(reference) + 5 * kept;
      const copy = draw.uniform() < orbits.reprocessed;
      const cut = draw.uniform();
      const share = draw.uniform();
      if (dayNumber(reference) + 5 * pass > last) break;
      if (day < first || day > last) continue;
      const partial = orbit === orbits.partialOrbit && cut < orbits.partial;
      list.push(describe(day, orbit, time, kept, copy, partial ? 0.15 + 0.8 * share : null));
    }
  }
  return list.sort((a, b) => a.day - b.day || a.orbit - b.orbit);
}

function describe(
  day: number,
  orbit: number,
  time: string,
  pass: number,
  copy: boolean,
  swathEnd: number | null,
): Acquisition {
  const date = isoDate(day);
  const letter = Math.abs(pass) % 2 === 0 ? "A" : "B";
  const compact = date.replaceAll("-", "");
  const original = orbits.baselines.filter(([from]) => from <= date).at(-1)![1];
  const [hours, minutes] = time.split(":").map(Number) as [number, number];
  return {
    id: copy
      ? `S2${letter}_T${place.tile}_${compact}T${time.replaceAll(":", "")}_L2A`
      : `S2${letter}_${place.tile}_${compact}_0_L2A`,
    day,
    time: `${date}T${time}Z`,
    orbit,
    platform: letter === "A" ? "sentinel-2a" : "sentinel-2b",
    collection: copy ? "sentinel-2-c1-l2a" : "sentinel-2-l2a",
    baseline: copy ? "05.00" : original,
    shift: copy ? 1000 : 0,
    sun: sunPosition(day, hours + minutes / 60),
    swathEnd,
  };
}

/** Where the swath ends, as a share of the width, at a share of the height from the top. */
export function swathColumn(end: number, down: number): number {
  return end - 0.2 * down;
}
