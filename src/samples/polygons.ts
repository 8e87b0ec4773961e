import type { Grid } from "../raster/grid.js";

/**
 * Numbers the connected areas of equal code, 4-neighbours, from 1; 0 where there is no code.
 *
 * @returns area of each pixel and how many there are
 */
export function polygons(
  codes: Uint16Array,
  { width, height }: Grid,
): { polygon: Uint32Array; count: number } {
  const polygon = new Uint32Array(codes.length);
  const open = new Uint32Array(codes.length);
  let count = 0;
  for (let start = 0; start < codes.length; start++) {
    if (codes[start] === 0 || polygon[start] !== 0) continue;
    polygon[start] = ++count;
    open[0] = start;
    for (let waiting = 1; waiting > 0; ) {
      const pixel = open[--waiting]!;
      const column = pixel % width;
      const row = Math.floor(pixel / width);
      const visit = (neighbour: number) => {
        if (polygon[neighbour] !== 0 || codes[neighbour] !== codes[start]) return;
        polygon[neighbour] = count;
        open[waiting++] = neighbour;
      };
      if (column > 0) visit(pixel - 1);
      if (column < width - 1) visit(pixel + 1);
      if (row > 0) visit(pixel - width);
      if (row < height - 1) visit(pixel + width);
    }
  }
  return { polygon, count };
}
