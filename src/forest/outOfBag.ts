/** Votes of the trees that had not seen a row, against its label. */
export interface OutOfBag {
  /** Rows that at least one tree had not seen. */
  readonly rows: number;
  /** Share of them voted into their label, 0-1. */
  readonly accuracy: number;
  /** Rows by label (first index) and vote [classes][classes]. */
  readonly confusion: Uint32Array;
}

/**
 * Judges a forest by its out-of-bag votes.
 *
 * @param votes [rows][classes]
 */
export function judgeOutOfBag(
  votes: Int32Array,
  labels: Uint8Array | Uint16Array,
  classes: number,
): OutOfBag {
  const confusion = new Uint32Array(classes * classes);
  let rows = 0;
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if (votes[i * classes + c]! > votes[i * classes + best]!) best = c;
    }
    if (votes[i * classes + best] === 0) continue;
    rows++;
    if (best === labels[i]) right++;
    confusion[labels[i]! * classes + best]!++;
  }
  return { rows, accuracy: rows > 0 ? right / rows : Number.NaN, confusion };
}
