/**
 * Grows marked pixels (1) by a square of `radius` pixels on every side; the image ends at its edge.
 *
 * @param marks `width` x `height` pixels, row-major; returned as they are where nothing grows
 */
export function dilate(
  marks: Uint8Array,
  width: number,
  height: number,
  radius: number,
): Uint8Array {
  if (radius <= 0 || !marks.includes(1)) return marks;
  const wide = new Uint8Array(marks.length);
  for (let row = 0, base = 0; row < height; row++, base += width) {
    let until = -1;
    for (let column = -radius; column < width; column++) {
      const ahead = column + radius;
      if (ahead < width && marks[base + ahead]) until = ahead + radius;
      if (column >= 0 && column <= until) wide[base + column] = 1;
    }
  }
  const out = new Uint8Array(marks.length);
  const until = new Int32Array(width).fill(-1);
  for (let row = -radius; row < height; row++) {
    const ahead = row + radius;
    if (ahead < height) {
      for (let column = 0, at = ahead * width; column < width; column++, at++) {
        if (wide[at]) until[column] = ahead + radius;
      }
    }
    if (row < 0) continue;
    for (let column = 0, at = row * width; column < width; column++, at++) {
      if (row <= until[column]!) out[at] = 1;
    }
  }
  return out;
}
