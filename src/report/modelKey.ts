import { consistencyMethods, DEFAULT_METHOD } from "../consistency/methods.js";
import { htmlTable } from "../figures/htmlTable.js";
import { softModel } from "../study/models.js";

/** What the names in tables and figures stand for. */
const MEANINGS: Readonly<Record<string, string>> = {
  "multi-year": "one LSTM, trained on stable sites of all years",
  "single-year": "an LSTM a year, each trained on its own year's pseudo-labels",
  "single-year-share":
    "an LSTM a year on the stable sites, each with that year's share of the samples",
  "single-year-total": "an LSTM a year on stable sites, each with as many samples as multi-year",
  "multi-year-annual": "one LSTM, trained on the yearly pseudo-labels of all years",
  [softModel]: "multi-year, with changing pixels as soft labels",
  forest: "a random forest a year, trained on the cleaned labels: the pseudo-labels",
  "forest-one-year": "the forest of the labels' year, applied to all years",
  labels: "the old map, the same in every year",
  constant: "the first multi-year map, repeated",
  truth: "the true land cover",
};

/** What a model's or consistency method's name stands for; undefined for other names. */
export function meaningOf(model: string): string | undefined {
  return MEANINGS[model] ?? consistencyMethods.find(({ name }) => name === model)?.title;
}

/** A table of the models with what their names stand for; consistency methods are told by their own words. */
export function modelKey(models: readonly string[]): string {
  const rows = models.flatMap((model) => {
    const meaning = meaningOf(model);
    if (meaning === undefined) return [];
    return [{ model, "stands for": model === DEFAULT_METHOD ? `${meaning} (default)` : meaning }];
  });
  return `<details><summary>What the models are</summary>${htmlTable(rows).html}</details>`;
}
