/** Digital numbers under vegetation and water (SCL 4 and 6) inside the area. */
export interface PixelStatistics {
  /** Pixels that have data in both bands. */
  readonly count: number;
  /** Fewest pixels that say anything: less in a tiny area. */
  readonly needed: number;
  /** Shares of them below 1000 in B02 and B04, 0-1. */
  readonly darkBlue: number;
  readonly darkRed: number;
}

/** What pixels say about the +1000 of later baselines. */
export type PixelVerdict = "removed" | "present" | "undecided";

/** Areas of fewer pixels than this are tiny. */
const tinyArea = 10_000;

/** Fewest pixels that say anything in an area of so many. */
export function pixelsNeeded(areaPixels: number): number {
  return areaPixels < tinyArea ? 400 : 1000;
}

/**
 * With the shift in place a number below 1000 means negative reflectance and is rare; without it
 * vegetation and water lie mostly below. Removed: at least a tenth below in both bands; present: at
 * most a hundredth in both.
 */
export function pixelVerdict({ count, needed, darkBlue, darkRed }: PixelStatistics): PixelVerdict {
  if (count < needed) return "undecided";
  if (darkBlue >= 0.1 && darkRed >= 0.1) return "removed";
  if (darkBlue <= 0.01 && darkRed <= 0.01) return "present";
  return "undecided";
}

/** One phrase with the numbers. */
export function describePixels(pixels: PixelStatistics): string {
  const { count, needed, darkBlue, darkRed } = pixels;
  if (count < needed)
    return `pixel test undecided: ${count} pixels of SCL 4 and 6, ${needed} needed`;
  const share = (value: number) => value.toFixed(3);
  return `pixel test ${pixelVerdict(pixels)}: ${share(darkBlue)} of B02 and ${share(darkRed)} of B04 below 1000 in ${count} pixels`;
}

/** Original minus delivered digital numbers, counted, or why they cannot be compared. */
export interface OriginalDifference {
  readonly zero: number;
  readonly thousand: number;
  readonly other: number;
  readonly problem: string | null;
}

/** 0 for a difference of 1000 everywhere, -1000 for none anywhere, null for anything else. */
export function offsetOfDifference(difference: OriginalDifference): number | null {
  const { zero, thousand, other, problem } = difference;
  if (problem !== null || other > 0) return null;
  if (thousand > 0 && zero === 0) return 0;
  if (zero > 0 && thousand === 0) return -1000;
  return null;
}

/** One phrase with the counts. */
export function describeDifference({ zero, thousand, other, problem }: OriginalDifference): string {
  if (problem !== null) return `original files not compared: ${problem}`;
  return `original minus delivered: 0 in ${zero} pixels, 1000 in ${thousand}, other in ${other}`;
}
