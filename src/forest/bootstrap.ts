import type { Random } from "../random.js";

/** Weight of a row drawn once from a class of average size. */
const unit = 256;
/** Largest weight of one draw, so that sums over millions of rows stay 32-bit integers. */
const largest = 32_768;

/**
 * A class-balanced bootstrap: from each class as many draws with replacement as it has rows, each
 * with a weight that makes the classes count equally. About 37 % of every class stays out of bag.
 *
 * @param labels class of each row
 * @param members rows of each class, see {@link classMembers}
 * @param weights filled: 0 for rows out of bag
 */
export function drawBalanced(
  labels: Uint8Array,
  members: readonly Int32Array[],
  random: Random,
  weights: Int32Array,
): void {
  const present = members.filter((rows) => rows.length > 0);
  weights.fill(0);
  for (const rows of present) {
    const share = labels.length / (present.length * rows.length);
    const weight = Math.min(largest, Math.max(1, Math.round(unit * share)));
    for (let draw = 0; draw < rows.length; draw++) {
      weights[rows[random.integer(rows.length)]!]! += weight;
    }
  }
}

/** Rows of each class, ascending. */
export function classMembers(labels: Uint8Array, classes: number): Int32Array[] {
  const members: number[][] = Array.from({ length: classes }, () => []);
  for (let i = 0; i < labels.length; i++) members[labels[i]!]!.push(i);
  return members.map((rows) => Int32Array.from(rows));
}
