/**
 * Sum over the square window of 2 x radius + 1 pixels a side around every pixel, cut at the edges;
 * running sums, so that the cost does not depend on the radius.
 *
 * @param values [row][column][band]
 */
export function boxSum(
  values: Float32Array,
  width: number,
  height: number,
  radius: number,
  bands = 1,
): Float32Array {
  const line = width * bands;
  const reach = radius * bands;
  const rows = new Float32Array(values.length);
  // A row with nothing beside it, so that the running sums need no cases.
  const padded = new Float32Array(line + 2 * reach + bands);
  const sum = new Float64Array(bands);
  for (let y = 0, at = 0; y < height; y++) {
    padded.set(values.subarray(at, at + line), reach + bands);
    sum.fill(0);
    for (let i = bands, b = 0; i < 2 * reach + bands; i++) {
      sum[b]! += padded[i]!;
      if (++b === bands) b = 0;
    }
    for (let i = 0; i < line; i += bands) {
      for (let b = 0; b < bands; b++, at++) {
        const value = sum[b]! + padded[i + b + 2 * reach + bands]! - padded[i + b]!;
        sum[b] = value;
        rows[at] = value;
      }
    }
  }
  const out = new Float32Array(values.length);
  const sums = new Float64Array(line);
  const none = new Float32Array(line);
  const rowAt = (y: number) =>
    y < 0 || y >= height ? none : rows.subarray(y * line, (y + 1) * line);
  for (let y = -radius; y < height; y++) {
    const enter = rowAt(y + radius);
    const leave = rowAt(y - radius - 1);
    const into = y < 0 ? none.subarray(0, 0) : out.subarray(y * line, (y + 1) * line);
    for (let i = 0; i < line; i++) {
      const value = sums[i]! + enter[i]! - leave[i]!;
      sums[i] = value;
      if (y >= 0) into[i] = value;
    }
  }
  return out;
}
