/** A processing baseline: a pair of integers, never a decimal number (`05.10` is after `05.9`). */
export interface Baseline {
  readonly major: number;
  readonly minor: number;
}

/** Reads `05.10`, `5.10`, `4.0`, `N0510` or `0510`; null for anything else. */
export function parseBaseline(text: unknown): Baseline | null {
  const match = /^\s*N?(\d{1,2})\.(\d{1,2})\s*$|^\s*N?(\d{2})(\d{2})\s*$/.exec(String(text ?? ""));
  if (!match) return null;
  const [, major = match[3], minor = match[4]] = match;
  // N9999 marks products of a local processor, whose offset nobody states.
  if (major === "99") return null;
  return { major: Number(major), minor: Number(minor) };
}

/** Baseline in a product name such as `S2A_MSIL2A_20200101T101411_N0500_R022_...`. */
export function baselineOfProduct(name: string | null): Baseline | null {
  return parseBaseline(/_(N\d{4})_/.exec(name ?? "")?.[1]);
}

/** Negative when `a` is older than `b`. */
export function compareBaselines(a: Baseline, b: Baseline): number {
  return a.major - b.major || a.minor - b.minor;
}

/** `05.10`; empty for an unknown baseline. */
export function formatBaseline(baseline: Baseline | null): string {
  if (!baseline) return "";
  const two = (part: number) => String(part).padStart(2, "0");
  return `${two(baseline.major)}.${two(baseline.minor)}`;
}
