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
  const sum = new Float64Array(bands);
  for (let y = 0; y < height; y++) {
    const end = (y + 1) * line;
    sum.fill(0);
    for (let at = y * line, b = 0; at < Math.min(y * line + reach, end); at++) {
      sum[b]! += values[at]!;
      if (++b === bands) b = 0;
    }
    for (let at = y * line, x = 0; x < width; x++) {
      if (x + radius < width) for (let b = 0; b < bands; b++) sum[b]! += values[at + reach + b]!;
      const behind = at - reach - bands;
      if (x > radius) for (let b = 0; b < bands; b++) sum[b]! -= values[behind + b]!;
      for (let b = 0; b < bands; b++, at++) rows[at] = sum[b]!;
    }
  }
  const out = new Float32Array(values.length);
  const sums = new Float64Array(line);
  for (let y = -radius; y < height; y++) {
    const enter = (y + radius) * line;
    const leave = (y - radius - 1) * line;
    if (y + radius < height) for (let i = 0; i < line; i++) sums[i]! += rows[enter + i]!;
    if (leave >= 0) for (let i = 0; i < line; i++) sums[i]! -= rows[leave + i]!;
    if (y >= 0) out.set(sums, y * line);
  }
  return out;
}
