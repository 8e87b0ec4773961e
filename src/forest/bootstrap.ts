import type { Random } from "../random.js";

/**
 * How the rows of a tree are drawn, always with replacement and as many as there are: `balanced`
 * and `stratified` draw from each class as many rows as it has, `plain` from all rows alike;
 * `balanced` moreover weighs what it draws so that all classes count equally.
 */
export type Bootstrap = "balanced" | "stratified" | "plain";

/** Rows that are drawn from together. */
export interface DrawGroup {
  /** Ascending. */
  readonly rows: Int32Array;
  /** Sums of the rows' weights up to each; absent where all rows are drawn alike. */
  readonly sums?: Float64Array;
  /** What a row drawn once counts in the tree. */
  readonly share: number;
}

/** Share of a row drawn once; whole numbers keep sums exact and thus free of their order. */
const unit = 256;
/** Largest share of one draw, so that sums over millions of rows stay 32-bit integers. */
const largest = 32_768;

/**
 * The rows of each class, or all rows.
 *
 * @param labels class of each row
 * @param weights of the rows, in proportion to which they are drawn; rows of weight 0 are in no group
 */
export function drawGroups(
  labels: Uint8Array | Uint16Array,
  classes: number,
  bootstrap: Bootstrap,
  weights?: ArrayLike<number>,
): DrawGroup[] {
  const plain = bootstrap === "plain";
  const members: number[][] = Array.from({ length: plain ? 1 : classes }, () => []);
  for (let i = 0; i < labels.length; i++) {
    if (!weights || weights[i]! > 0) members[plain ? 0 : labels[i]!]!.push(i);
  }
  const present = members.filter((rows) => rows.length > 0);
  const all = present.reduce((sum, rows) => sum + rows.length, 0);
  return present.map((rows) => {
    const share = bootstrap === "balanced" ? all / (present.length * rows.length) : 1;
    return {
      rows: Int32Array.from(rows),
      share: Math.min(largest, Math.max(1, Math.round(unit * share))),
      ...(weights ? { sums: cumulated(rows, weights) } : {}),
    };
  });
}

function cumulated(rows: readonly number[], weights: ArrayLike<number>): Float64Array {
  let sum = 0;
  return Float64Array.from(rows, (row) => {
    sum += weights[row]!;
    return sum;
  });
}

/**
 * Draws the rows of a tree; about 37 % of each group stay out of bag where all are drawn alike.
 *
 * @param drawn filled: what each row counts, 0 for rows out of bag
 */
export function drawRows(groups: readonly DrawGroup[], random: Random, drawn: Int32Array): void {
  drawn.fill(0);
  for (const { rows, sums, share } of groups) {
    for (let draw = 0; draw < rows.length; draw++) {
      const at = sums
        ? firstAbove(sums, random.uniform() * sums.at(-1)!)
        : random.integer(rows.length);
      drawn[rows[at]!]! += share;
    }
  }
}

/** Index of the first sum above a value below the last sum. */
function firstAbove(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
