import { DEFAULT_METHOD } from "../consistency/methods.js";
import type { Row } from "../table/csv.js";
import { findPoints, percent, score, signed, spoken } from "./sentences.js";

/** Bars for false change on unchanged pixels, and what reaching them is shown for. */
const BARS = [0.02, 0.01] as const;

/**
 * What to use and what it costs, every sentence chosen and filled by the tables of scores,
 * differences and the curve. The consistent maps are recommended unless their accuracy is lower
 * beyond its interval. Empty where the study has no consistency methods.
 */
export function recommendation(tables: {
  readonly scores: readonly Row[];
  readonly differences: readonly Row[];
  readonly curve: readonly Row[];
}): string[] {
  const { scores, differences, curve } = tables;
  const agreement = score(scores, DEFAULT_METHOD, "agreement", "mean");
  const yearly = findPoints(differences, "multi-year", DEFAULT_METHOD, "agreement", "mean");
  if (agreement === null || yearly === null) return [];
  const gain = { value: -yearly.value, low: -yearly.high, high: -yearly.low };
  const accuracy = findPoints(differences, "multi-year", DEFAULT_METHOD, "accuracy", "mean");
  const worse = accuracy !== null && accuracy.low > 0;
  const model =
    "the multi-year network made consistent by a hidden Markov model that learns how often groups of classes change, for every pair of years and place, from the unlabelled series and is told no date";
  const sentences = [
    worse
      ? `Not recommended here: the maps in maps/${DEFAULT_METHOD}, ${model}, because they are less accurate. Use the network's yearly maps in maps/multi-year.`
      : `Recommended: the maps in maps/${DEFAULT_METHOD}, ${model}.`,
    `Consecutive maps of it agree on ${percent(agreement)} of the pixels, against the network's yearly maps ${spoken(gain)}.`,
  ];
  if (accuracy !== null) {
    const flipped = { value: -accuracy.value, low: -accuracy.high, high: -accuracy.low };
    sentences.push(`Accuracy changes by ${spoken(flipped)}.`);
  }
  sentences.push(...changeSentences(scores, differences), ...priceOfBars(curve));
  if (score(scores, DEFAULT_METHOD, "storm_recall") === null) {
    sentences.push(
      "Whether the agreement hides real change cannot be told here, because no truth of change is known: look at change-confidence.tif and at the flicker map before using the series.",
    );
  } else {
    sentences.push(
      "If a missed change costs more than a false one, use maps/grouped-hmm, which is told the dates of the manifest's events, or the yearly maps; if a false one costs more, maps/grouped-hmm-fitted. Mapped pixels are no areas: take areas of change from sampled points.",
    );
  }
  return sentences;
}

function changeSentences(scores: readonly Row[], differences: readonly Row[]): string[] {
  const recall = (model: string) => score(scores, model, "storm_recall");
  const falseChange = (model: string) => score(scores, model, "false_change", "mean");
  const own = recall(DEFAULT_METHOD);
  const yearly = recall("multi-year");
  if (own === null || yearly === null) return [];
  const sentences = [
    `It shows ${percent(own)} of the felled conifers (yearly maps ${percent(yearly)}) and changes ${percent(falseChange(DEFAULT_METHOD) ?? 0)} of the pixels where nothing changed (yearly maps ${percent(falseChange("multi-year") ?? 0)}).`,
    ...precision(scores),
  ];
  sentences.push(...recallOfAllChange(scores, differences));
  const others = [
    ["filter-ends", "the rule filter of the first and last year"],
    ["hmm", "the plain hidden Markov model"],
    ["grouped-hmm", "the grouped model that is told the storm's date"],
    ["grouped-hmm-undated", "the same without the date"],
    ["grouped-hmm-fitted", "the same with rates learned for the whole region"],
    ["constant", "the constant map"],
  ] as const;
  for (const [model, words] of others) {
    const found = recall(model);
    const agreement = score(scores, model, "agreement", "mean");
    if (found === null || agreement === null) continue;
    const gap = findPoints(differences, DEFAULT_METHOD, model, "storm_recall");
    const beside =
      gap === null ? "" : `; storm recall of the recommended maps minus its: ${spoken(gap)}`;
    sentences.push(
      `For comparison, ${words} agrees on ${percent(agreement)}, shows ${percent(found)} of the felled conifers and changes ${percent(falseChange(model) ?? 0)} falsely${beside}.`,
    );
  }
  return sentences;
}

/** What the recommended maps lose of the change that no event's date announces. */
function recallOfAllChange(scores: readonly Row[], differences: readonly Row[]): string[] {
  const measure = "change_recall";
  const periods = scores.filter(
    (row) => row.model === DEFAULT_METHOD && row.measure === measure && row.period !== "mean",
  );
  const parts = periods.flatMap(({ period, value }) => {
    const yearly = score(scores, "multi-year", measure, String(period));
    if (typeof value !== "number" || yearly === null) return [];
    return [`${percent(value)} in ${period} (yearly maps ${percent(yearly)})`];
  });
  const gap = findPoints(differences, "multi-year", DEFAULT_METHOD, measure, "mean");
  if (parts.length === 0 || gap === null) return [];
  const cost = spoken({ value: -gap.value, low: -gap.high, high: -gap.low });
  return [
    `The price is change without a stated date: of all pixels that truly changed it shows ${parts.join(" and ")}, on average ${cost}.`,
  ];
}

/** How much of the mapped change is true. */
function precision(scores: readonly Row[]): string[] {
  const parts = scores.flatMap(({ model, measure, period, value }) => {
    if (model !== DEFAULT_METHOD || measure !== "change_precision" || period === "mean") return [];
    const yearly = score(scores, "multi-year", "change_precision", String(period));
    if (typeof value !== "number" || yearly === null) return [];
    return [`${percent(value)} in ${period} (yearly maps ${percent(yearly)})`];
  });
  if (parts.length === 0) return [];
  return [`Of the pixels that it maps as changed, ${parts.join(" and ")} truly changed.`];
}

/** Families among which the price of a bar is looked up: settings, and methods that have none. */
const PRICED = [
  DEFAULT_METHOD,
  "grouped-hmm",
  "grouped-hmm, event",
  "grouped-hmm-undated",
  "grouped-hmm-fitted",
];

/** Under each bar of false change the setting that loses least of the storm. */
function priceOfBars(curve: readonly Row[]): string[] {
  const shown = curve.filter(({ model }) => PRICED.includes(String(model)));
  const value = ({ model, setting }: Row, measure: string) => {
    const row = shown.find(
      (one) => one.model === model && one.setting === setting && one.measure === measure,
    );
    return typeof row?.value === "number" ? row.value : null;
  };
  const settings = shown.filter((row) => row.measure === "storm_recall");
  const standard = settings.find(
    (row) => row.model === DEFAULT_METHOD && row.standard === "yes" && row.setting !== null,
  );
  const at = standard === undefined ? null : value(standard, "storm_recall");
  if (standard === undefined || at === null) return [];
  return BARS.map((bar) => {
    const under = settings
      .filter((row) => (value(row, "false_change") ?? 1) < bar)
      .map((row) => ({ row, recall: value(row, "storm_recall") ?? 0 }))
      .sort((a, b) => b.recall - a.recall)[0];
    if (under === undefined) return `No setting keeps false change below ${percent(bar)}.`;
    const { row, recall } = under;
    if ((value(standard, "false_change") ?? 1) < bar) {
      return `This setting keeps false change below ${percent(bar)}.`;
    }
    const setting = row.setting === null ? "" : ` with ${row.parameter} ${row.setting}`;
    return `The least that false change below ${percent(bar)} costs: ${row.model}${setting}, agreement ${percent(value(row, "agreement") ?? 0)}, storm recall ${percent(recall)}, ${signed(100 * (recall - at))} points against the recommended setting, recall of all change pooled over the pairs of years ${percent(value(row, "change_recall") ?? 0)}.`;
  });
}
