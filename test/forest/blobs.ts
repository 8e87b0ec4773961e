import { createRandom } from "../../src/random.js";

/** Rows around one centre a class, with class shares, and the class of each. */
export function classBlobs(
  rows: number,
  features: number,
  shares: readonly number[],
  spread: number,
  seed: number,
): { values: Float32Array; labels: Uint8Array } {
  const centres = createRandom(7);
  const middle = Array.from({ length: shares.length * features }, () => centres.uniform());
  const random = createRandom(seed);
  const values = new Float32Array(rows * features);
  const labels = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    let draw = random.uniform();
    let label = 0;
    while (label < shares.length - 1 && draw >= shares[label]!) draw -= shares[label++]!;
    labels[i] = label;
    for (let f = 0; f < features; f++) {
      values[i * features + f] = middle[label * features + f]! + spread * random.normal();
    }
  }
  return { values, labels };
}

/** Largest share of each row [n][classes]. */
export function largest(shares: Float32Array, classes: number): Uint8Array {
  return Uint8Array.from({ length: shares.length / classes }, (_, i) => {
    const row = shares.subarray(i * classes, (i + 1) * classes);
    return row.indexOf(Math.max(...row));
  });
}

/** Share of equal labels; with `only`, among rows of that class. */
export function accuracy(found: Uint8Array, expected: Uint8Array, only?: number): number {
  let right = 0;
  let rows = 0;
  for (let i = 0; i < expected.length; i++) {
    if (only !== undefined && expected[i] !== only) continue;
    rows++;
    if (found[i] === expected[i]) right++;
  }
  return right / rows;
}
