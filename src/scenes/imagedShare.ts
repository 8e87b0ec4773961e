import { crsTransform } from "../raster/crs.js";
import { type Grid, gridBounds, gridText } from "../raster/grid.js";

/** Points on a side of the raster that is looked at. */
const side = 60;

/**
 * Share of an area, 0-1, that lies inside the bounds of at least one image, counted on 60 x 60
 * points.
 */
export function imagedShare(area: Grid, images: readonly Grid[]): number {
  const distinct = [...new Map(images.map((image) => [gridText(image), image])).values()];
  const places = distinct.map((image) => ({
    bounds: gridBounds(image),
    project: crsTransform(area.epsg, image.epsg),
  }));
  const [xmin, ymin, xmax, ymax] = gridBounds(area);
  let inside = 0;
  for (let i = 0; i < side * side; i++) {
    const x = xmin + (((i % side) + 0.5) / side) * (xmax - xmin);
    const y = ymin + ((Math.floor(i / side) + 0.5) / side) * (ymax - ymin);
    const found = places.some(({ bounds: [left, bottom, right, top], project }) => {
      const [px, py] = project(x, y);
      return px >= left && px <= right && py >= bottom && py <= top;
    });
    if (found) inside++;
  }
  return inside / (side * side);
}
