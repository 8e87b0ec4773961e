import { DEFAULT_METHOD } from "../consistency/methods.js";
import { softModel } from "../study/models.js";
import type { Row } from "../table/csv.js";
import { findPoints, type Points, spoken } from "./sentences.js";

/** Whether the data give a claim, by the interval of its figure and the least that is claimed, points. */
function verdict({ value, low }: Points, least: number): string {
  if (low >= least) return "holds, whole interval";
  return value >= least ? "holds in value, not with its whole interval" : "does not hold";
}

const flipped = ({ value, low, high }: Points): Points => ({
  value: -value,
  low: -high,
  high: -low,
});

/** The figure of a claim in tables/claims.csv. */
function claimed(claims: readonly Row[], claim: string, measure: string) {
  const row = claims.find((one) => one.claim === claim && one.measure === measure);
  const period = "claim";
  if (row === undefined) return null;
  const points = findPoints(
    [{ ...row, period }],
    String(row.model),
    String(row.against),
    measure,
    period,
  );
  return points === null ? null : { points, setting: `${row.model} ${row.setting}` };
}

function eventClaims(claims: readonly Row[]): string[] {
  const sentences: string[] = [];
  const first = claimed(claims, "agreement at equal storm recall", "agreement");
  if (first !== null) {
    sentences.push(
      `At the storm recall of the yearly maps the grouped model that knows the date (${first.setting}) agrees at least 5 points more: ${spoken(first.points)}; ${verdict(first.points, 5)}.`,
    );
  } else if (claims.length > 0) {
    sentences.push(
      "No setting of the grouped model that knows the date reaches the storm recall of the yearly maps: the claim of 5 points more agreement there does not hold.",
    );
  }
  const second = claimed(claims, "storm recall at equal agreement", "storm_recall");
  const gap = claimed(claims, "storm recall at equal agreement", "agreement");
  if (second !== null && gap !== null) {
    const there =
      gap.points.value >= 0 ? "" : `, the nearest, at ${spoken(gap.points)} of agreement`;
    sentences.push(
      `At the agreement of the rule filter of the first and last year it (${second.setting}${there}) shows at least 10 points more of the storm: ${spoken(second.points)}; ${verdict(second.points, 10)}.`,
    );
  }
  return sentences;
}

function undatedClaim(differences: readonly Row[]): string[] {
  const gaps = [
    ["agreement", "agreement", "mean"],
    ["change recall", "change_recall", "mean"],
    ["change precision", "change_precision", "mean"],
    ["false change", "false_change", "mean"],
    ["storm recall", "storm_recall", undefined],
  ] as const;
  const parts = gaps.flatMap(([words, measure, period]) => {
    const points = findPoints(differences, DEFAULT_METHOD, "grouped-hmm", measure, period);
    return points === null ? [] : [`${words} ${spoken(points)}`];
  });
  if (parts.length === 0) return [];
  return [
    `The recommended model that is told no date, minus the grouped model that is told it: ${parts.join("; ")}.`,
  ];
}

function softClaims(differences: readonly Row[]): string[] {
  const gap = (measure: string, period?: string) => {
    const points = findPoints(differences, "multi-year", softModel, measure, period);
    return points === null ? null : flipped(points);
  };
  const [direction, recall, accuracy] = [
    gap("storm_direction"),
    gap("storm_recall"),
    gap("accuracy", "mean"),
  ];
  if (direction === null || recall === null || accuracy === null) {
    return [
      "Soft labels for changing pixels are not part of this study (parameter softLabels of the manifest).",
    ];
  }
  const holds = direction.value > 0 && recall.high >= 0 && accuracy.value >= -1;
  return [
    `Soft labels for changing pixels: direction of change ${spoken(direction)}, storm recall ${spoken(recall)}, accuracy ${spoken(accuracy)}. Claimed are a better direction, no less recall and at most 1 point of accuracy: ${holds ? "holds in value" : "does not hold"}.`,
  ];
}

function constantClaim(differences: readonly Row[]): string[] {
  const gap = (measure: string) => {
    const points = findPoints(differences, "multi-year", "constant", measure, "mean");
    return points === null ? null : flipped(points);
  };
  const [agreement, accuracy, recall] = [gap("agreement"), gap("accuracy"), gap("change_recall")];
  if (agreement === null || accuracy === null || recall === null) return [];
  return [
    `The constant map against the yearly ones: agreement ${spoken(agreement)}, paid with accuracy ${spoken(accuracy)} and change recall ${spoken(recall)}.`,
  ];
}

/**
 * What the data give of the claims about consistency, every sentence with its figure and interval; empty
 * where no truth of change is known.
 *
 * @param claims rows of claims.csv
 * @param differences rows of differences.csv
 */
export function claimsInWords(claims: readonly Row[], differences: readonly Row[]): string[] {
  if (claims.length === 0) return [];
  return [
    ...eventClaims(claims),
    ...undatedClaim(differences),
    ...softClaims(differences),
    ...constantClaim(differences),
  ];
}
