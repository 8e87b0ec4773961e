import { existsSync, readdirSync } from "node:fs";
import { consistencyMethods, DEFAULT_METHOD } from "../consistency/methods.js";
import { mappedYears, readYearMap } from "../maps/labelMap.js";
import { softModel } from "../study/models.js";
import type { Study } from "../study/study.js";

/** Models in the order of the tables; others follow by name. */
const ORDER: readonly string[] = [
  "multi-year",
  "single-year",
  "single-year-share",
  "single-year-total",
  "multi-year-annual",
  softModel,
  "forest",
  "forest-one-year",
  ...consistencyMethods.map(({ name }) => name),
  "labels",
  "constant",
  "truth",
];

/**
 * The models that answer the study's question: networks, forests, the default consistency method
 * and the yardsticks, without the other consistency methods.
 */
export function mainModels(models: readonly string[]): string[] {
  return models.filter(
    (model) => model === DEFAULT_METHOD || !consistencyMethods.some(({ name }) => name === model),
  );
}

/** Maps of one model by year, class ids a pixel. */
export type YearMaps = ReadonlyMap<number, Uint8Array>;

/**
 * Models with a map of every year of the study, in table order. Maps of one year's network applied
 * to other years (`single-year-2018`) belong to the transfer test and are not among them.
 */
export function mappedModels(study: Study): string[] {
  const folder = study.folder.map("", "");
  if (!existsSync(folder)) return [];
  const rank = (model: string) => (ORDER.includes(model) ? ORDER.indexOf(model) : ORDER.length);
  return readdirSync(folder)
    .filter((model) => !/^single-year-\d{4}$/.test(model))
    .filter((model) => {
      const years = new Set(mappedYears(study, model));
      return study.years.every((year) => years.has(year));
    })
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** All maps of a model for the study's years. */
export async function readMaps(study: Study, model: string): Promise<YearMaps> {
  const maps = new Map<number, Uint8Array>();
  for (const year of study.years) maps.set(year, await readYearMap(study, model, year));
  return maps;
}

/** Consecutive years of the study. */
export function yearPairs(years: readonly number[]): [number, number][] {
  return years.slice(1).map((to, n) => [years[n]!, to]);
}
