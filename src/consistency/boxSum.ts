/**
 * Sum over the square window of 2 x radius + 1 pixels a side around every pixel, cut at the edges;
 * running sums, so that the cost does not depend on the radius.
 */
export function boxSum(
  values: Float32Array,
  width: number,
  height: number,
  radius: number,
): Float32Array {
  const rows = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    const at = y * width;
    let sum = 0;
    for (let x = 0; x < Math.min(radius, width); x++) sum += values[at + x]!;
    for (let x = 0; x < width; x++) {
      if (x + radius < width) sum += values[at + x + radius]!;
      if (x > radius) sum -= values[at + x - radius - 1]!;
      rows[at + x] = sum;
    }
  }
  const out = new Float32Array(values.length);
  const sums = new Float64Array(width);
  for (let y = -radius; y < height; y++) {
    const enter = y + radius;
    const leave = y - radius - 1;
    for (let x = 0; x < width; x++) {
      if (enter < height) sums[x]! += rows[enter * width + x]!;
      if (leave >= 0) sums[x]! -= rows[leave * width + x]!;
    }
    if (y >= 0) out.set(sums, y * width);
  }
  return out;
}
