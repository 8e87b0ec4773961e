import type { Row } from "../table/csv.js";

/** A difference of two scores with its interval, in points of a hundred. */
export interface Points {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** `+4.8`, in points of a hundred. */
export const signed = (points: number) => `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)}`;
/** `78.1 %` of a share 0-1. */
export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** `+4.8 points (95 % interval +3.1 to +6.4, above zero)`. */
export function spoken({ value, low, high }: Points): string {
  const where = low > 0 ? "above zero" : high < 0 ? "below zero" : "not off zero";
  return `${signed(value)} points (95 % interval ${signed(low)} to ${signed(high)}, ${where})`;
}

/** The difference of a measure between two models in tables/differences.csv, or null. */
export function findPoints(
  differences: readonly Row[],
  model: string,
  against: string,
  measure: string,
  period?: string,
): Points | null {
  const row = differences.find(
    (one) =>
      one.model === model &&
      one.against === against &&
      one.measure === measure &&
      (period === undefined || one.period === period),
  );
  if (typeof row?.value !== "number") return null;
  const { value } = row;
  const low = typeof row.low === "number" ? row.low : Number.NEGATIVE_INFINITY;
  const high = typeof row.high === "number" ? row.high : Number.POSITIVE_INFINITY;
  return { value: 100 * value, low: 100 * low, high: 100 * high };
}

/** A score in tables/scores.csv, or null. */
export function score(scores: readonly Row[], model: string, measure: string, period?: string) {
  const row = scores.find(
    (one) =>
      one.model === model &&
      one.measure === measure &&
      (period === undefined || one.period === period),
  );
  return typeof row?.value === "number" ? row.value : null;
}
