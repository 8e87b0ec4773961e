/**
 * A north-up pixel grid in a projected coordinate system: origin is the outer corner of the
 * upper left pixel, sizes are positive metres, pixel index = row * width + column.
 */
export interface Grid {
  readonly epsg: number;
  readonly originX: number;
  readonly originY: number;
  readonly pixelWidth: number;
  readonly pixelHeight: number;
  readonly width: number;
  readonly height: number;
}

/** Bounds in the grid's own coordinates: [xmin, ymin, xmax, ymax], metres. */
export type Bounds = readonly [number, number, number, number];

/** The grid that covers the bounds with pixels of the given size (metres; x and y may differ). */
export function gridFromBounds(
  epsg: number,
  [xmin, ymin, xmax, ymax]: Bounds,
  pixelWidth: number,
  pixelHeight: number = pixelWidth,
): Grid {
  return {
    epsg,
    originX: xmin,
    originY: ymax,
    pixelWidth,
    pixelHeight,
    width: Math.round((xmax - xmin) / pixelWidth),
    height: Math.round((ymax - ymin) / pixelHeight),
  };
}

/** Outer bounds of the grid, metres. */
export function gridBounds(grid: Grid): Bounds {
  return [
    grid.originX,
    grid.originY - grid.height * grid.pixelHeight,
    grid.originX + grid.width * grid.pixelWidth,
    grid.originY,
  ];
}

/** Where a grid lies, for messages: `EPSG:32632, 600000 5090000 610000 5100000`. */
export function gridText(grid: Grid): string {
  return `EPSG:${grid.epsg}, ${gridBounds(grid)
    .map((value) => Math.round(value))
    .join(" ")}`;
}

/** Number of pixels. */
export function pixelCount(grid: Grid): number {
  return grid.width * grid.height;
}

/** Area of one pixel in hectares. */
export function pixelHectares(grid: Grid): number {
  return (grid.pixelWidth * grid.pixelHeight) / 10_000;
}

/** Whether two grids have the same system, origin, pixel size (to a millimetre) and shape. */
export function sameGrid(a: Grid, b: Grid): boolean {
  const near = (p: number, q: number) => Math.abs(p - q) < 1e-3;
  return (
    a.epsg === b.epsg &&
    a.width === b.width &&
    a.height === b.height &&
    near(a.originX, b.originX) &&
    near(a.originY, b.originY) &&
    near(a.pixelWidth * a.width, b.pixelWidth * b.width) &&
    near(a.pixelHeight * a.height, b.pixelHeight * b.height)
  );
}
