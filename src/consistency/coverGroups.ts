import type { Legend } from "../manifest/manifest.js";

/** Land cover as transitions know it, by the names that legends use. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  artificial: ["artificial", "built-up", "urban"],
  grass: ["grass", "grassland"],
  crops: ["crops", "cultivated", "cropland"],
  mineral: ["mineral"],
  rocks: ["rocks"],
  sand: ["sand"],
  broadleaves: ["broadleaves"],
  conifers: ["conifers"],
  forest: ["forest", "trees"],
  shrubland: ["shrubland", "shrubs"],
  water: ["water"],
  snow: ["snow"],
};

/** A kind of land cover that transitions tell apart. */
export type Cover = keyof typeof NAMES;

/** The kind of cover that a class name stands for, or null for a name that is not known. */
export function coverOf(name: string): Cover | null {
  const lower = name.toLowerCase();
  return Object.keys(NAMES).find((cover) => NAMES[cover]!.includes(lower)) ?? null;
}

/** Groups of classes between which change is rare and physical. */
export const GROUPS = ["forest", "open", "water", "snow"] as const;
export type Group = (typeof GROUPS)[number];

/** 1 for every class id of a legend that is forest. */
export function forestIds(legend: Legend): Uint8Array {
  const out = new Uint8Array(256);
  const groups = groupsOf(legend);
  legend.forEach(({ id }, k) => {
    if (groups[k] === "forest") out[id] = 1;
  });
  return out;
}

/** The group of every class of a legend: forest, water, snow, and open land for all others. */
export function groupsOf(legend: Legend): Group[] {
  const forest: readonly (Cover | null)[] = ["forest", "broadleaves", "conifers"];
  return legend.map(({ name }) => {
    const cover = coverOf(name);
    if (forest.includes(cover)) return "forest";
    return cover === "water" || cover === "snow" ? cover : "open";
  });
}
