import type { Row } from "../table/csv.js";
import { findPoints, percent, score, signed, spoken } from "./sentences.js";

/** Sides of the square of labels x years whose mean differs by less than this count as equal, points. */
const SAME = 0.5;

/** Where the gain in agreement comes from: the square of stable / annual labels x one / all years. */
function sourceOfGain(differences: readonly Row[]): string[] {
  const side = (model: string, against: string) =>
    findPoints(differences, model, against, "agreement", "mean");
  const yearsOnAnnual = side("multi-year-annual", "single-year");
  const yearsOnStable = side("multi-year", "single-year-share");
  const labelsOfOne = side("single-year-share", "single-year");
  const labelsOfAll = side("multi-year", "multi-year-annual");
  if (!yearsOnAnnual || !yearsOnStable || !labelsOfOne || !labelsOfAll) return [];
  const years = (yearsOnAnnual.value + yearsOnStable.value) / 2;
  const labels = (labelsOfOne.value + labelsOfAll.value) / 2;
  const sentences = [
    `Learning from all years instead of one changes agreement by ${spoken(yearsOnAnnual)} on annual pseudo-labels and by ${spoken(yearsOnStable)} on the stable sites.`,
    `Stable instead of annual labels change it by ${spoken(labelsOfOne)} with one year a network and by ${spoken(labelsOfAll)} with all years in one network.`,
  ];
  const parts = `labels ${signed(labels)}, years ${signed(years)} points on average`;
  const total = side("multi-year", "single-year");
  if (labels + years <= 0 || (total !== null && total.low <= 0))
    sentences.push(`There is no gain in agreement to explain (${parts}).`);
  else if (Math.abs(labels - years) < SAME) {
    sentences.push(`Both contribute about the same (${parts}).`);
  } else if (labels > years) {
    sentences.push(`Most of the gain comes from the stable label set (${parts}).`);
  } else sentences.push(`Most of the gain comes from pooling the years (${parts}).`);
  return sentences;
}

/** The storm and false change beside the agreement. */
function whatItCosts(scores: readonly Row[], differences: readonly Row[]): string[] {
  const sentences: string[] = [];
  const recall = ["multi-year", "single-year"].map((model) => score(scores, model, "storm_recall"));
  const [multi, single] = recall;
  if (typeof multi === "number" && typeof single === "number") {
    const gap = findPoints(differences, "multi-year", "single-year", "storm_recall");
    const beside = gap === null ? "" : `: ${spoken(gap)}`;
    sentences.push(
      `Of the conifers that the storm felled, the multi-year maps show ${percent(multi)} as forest before and not after, the single-year maps ${percent(single)}${beside}.`,
    );
  }
  const falseChange = ["multi-year", "single-year"].map((model) =>
    score(scores, model, "false_change", "mean"),
  );
  const [multiFalse, singleFalse] = falseChange;
  if (typeof multiFalse === "number" && typeof singleFalse === "number") {
    const less = multiFalse < singleFalse ? "less" : "no less";
    sentences.push(
      `Where nothing changed, the multi-year maps change ${percent(multiFalse)} of the pixels from year to year and the single-year maps ${percent(singleFalse)}: ${less} false change.`,
    );
  }
  const constant = score(scores, "constant", "storm_recall");
  const agreement = score(scores, "constant", "agreement", "mean");
  if (constant !== null && agreement !== null) {
    sentences.push(
      `A map that repeats the first year agrees on ${percent(agreement)} and sees ${percent(constant)} of the felled conifers, so agreement alone is no merit.`,
    );
  }
  return sentences;
}

/** What a network loses in a year that it has not seen. */
function transfer(rows: readonly Row[]): string[] {
  return [...new Set(rows.map((row) => String(row.model)))].flatMap((model) => {
    const row = rows.find(
      (one) => one.model === model && one.measure === "loss" && one.year === "mean",
    );
    if (typeof row?.value !== "number") return [];
    const points = findPoints([{ ...row, against: "", period: "" }], model, "", "loss")!;
    const what =
      model === "multi-year"
        ? "The multi-year network"
        : `The network of ${model.slice(-4)} alone, applied to the other years,`;
    const verb = row.value > 0 ? "loses" : "does not lose";
    return [`${what} ${verb} accuracy against each year's own network: loss ${spoken(points)}.`];
  });
}

/**
 * The outcome of a study in plain sentences, every one chosen and filled by its tables.
 *
 * @param tables rows of scores.csv, differences.csv and transfer.csv
 */
export function outcomeInWords(tables: {
  readonly scores: readonly Row[];
  readonly differences: readonly Row[];
  readonly transfer: readonly Row[];
}): string[] {
  const { scores, differences } = tables;
  const sentences: string[] = [];
  const multi = score(scores, "multi-year", "agreement", "mean");
  const single = score(scores, "single-year", "agreement", "mean");
  const headline = findPoints(differences, "multi-year", "single-year", "agreement", "mean");
  if (multi !== null && single !== null && headline !== null) {
    sentences.push(
      `Consecutive maps of the multi-year network agree on ${percent(multi)} of the pixels, those of networks trained on one year's own pseudo-labels on ${percent(single)}: ${spoken(headline)}.`,
    );
    for (const [form, words] of [
      ["single-year-share", "one year's share of the samples at the same stable sites"],
      ["single-year-total", "the same number of samples at stable sites"],
    ] as const) {
      const points = findPoints(differences, "multi-year", form, "agreement", "mean");
      if (points === null) continue;
      sentences.push(`Against single-year networks with ${words} it is ${spoken(points)}.`);
    }
    sentences.push(...sourceOfGain(differences));
  }
  const accuracy = findPoints(differences, "multi-year", "single-year", "accuracy", "mean");
  if (accuracy !== null) {
    sentences.push(
      `Accuracy against the reference, multi-year minus single-year maps: ${spoken(accuracy)}.`,
    );
  }
  sentences.push(...whatItCosts(scores, differences), ...transfer(tables.transfer));
  return sentences;
}
