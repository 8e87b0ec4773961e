import { isGeographic } from "../raster/crs.js";
import type { Grid } from "../raster/grid.js";
import { createArray, type StoredArray, type StoredType, writeChunk } from "./store.js";

/**
 * Writes the coordinates of a year as arrays that follow the CF conventions, so that xarray finds
 * them: `time` (days since 1970), `y` and `x` (pixel centres) and `spatial_ref`.
 *
 * @param days days since 1 January 1970
 */
export async function writeCoordinates(
  folder: string,
  year: number,
  grid: Grid,
  days: Int32Array,
): Promise<void> {
  const write = async (
    name: string,
    type: StoredType,
    data: StoredArray,
    attributes: Readonly<Record<string, unknown>>,
  ) => {
    const shape = name === "spatial_ref" ? [] : [data.length];
    const plan = {
      type,
      shape,
      chunks: shape,
      dimensions: shape.length ? [name] : [],
      attributes,
    };
    await createArray(folder, `/${year}/${name}`, plan);
    await writeChunk(folder, `${year}/${name}`, plan, shape.length ? [0] : [], data);
  };
  const unit = isGeographic(grid.epsg) ? "degree" : "metre";
  const { originX, originY, pixelWidth, pixelHeight, width, height } = grid;
  const centres = (count: number, at: (i: number) => number) =>
    Float64Array.from({ length: count }, (_, i) => at(i + 0.5));
  await write("time", "int32", days, {
    standard_name: "time",
    units: "days since 1970-01-01",
    calendar: "proleptic_gregorian",
  });
  await write(
    "y",
    "float64",
    centres(height, (i) => originY - i * pixelHeight),
    { standard_name: "projection_y_coordinate", units: unit },
  );
  await write(
    "x",
    "float64",
    centres(width, (i) => originX + i * pixelWidth),
    { standard_name: "projection_x_coordinate", units: unit },
  );
  await write("spatial_ref", "int32", Int32Array.of(grid.epsg), {
    spatial_ref: `EPSG:${grid.epsg}`,
    GeoTransform: [originX, pixelWidth, 0, originY, 0, -pixelHeight].join(" "),
  });
}
