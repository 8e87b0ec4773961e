import { crsTransform } from "../raster/crs.js";
import { type Grid, gridBounds } from "../raster/grid.js";
import { type Acquisition, swathColumn } from "./acquisitions.js";
import { dayNumber, isoDate } from "./calendar.js";
import { place } from "./constants.js";

/** A delivered band: asset name of Earth Search, position in spectra, layer (0 = 10 m, 1 = 20 m). */
export interface BandAsset {
  readonly name: string;
  readonly band: number;
  readonly layer: 0 | 1;
}

/** Assets in the order they are written. */
export const assets: readonly BandAsset[] = Object.freeze([
  { name: "blue", band: 0, layer: 0 },
  { name: "green", band: 1, layer: 0 },
  { name: "red", band: 2, layer: 0 },
  { name: "nir", band: 6, layer: 0 },
  { name: "rededge1", band: 3, layer: 1 },
  { name: "rededge2", band: 4, layer: 1 },
  { name: "rededge3", band: 5, layer: 1 },
  { name: "nir08", band: 7, layer: 1 },
  { name: "swir16", band: 8, layer: 1 },
  { name: "swir22", band: 9, layer: 1 },
]);

const classShares: Readonly<Record<string, number>> = {
  "s2:dark_features_percentage": 2,
  "s2:cloud_shadow_percentage": 3,
  "s2:vegetation_percentage": 4,
  "s2:not_vegetated_percentage": 5,
  "s2:water_percentage": 6,
  "s2:unclassified_percentage": 7,
  "s2:medium_proba_clouds_percentage": 8,
  "s2:high_proba_clouds_percentage": 9,
  "s2:thin_cirrus_percentage": 10,
  "s2:snow_ice_percentage": 11,
};

/**
 * STAC 1.0 item of one acquisition in the dialect of Earth Search (collections `sentinel-2-l2a` and
 * `sentinel-2-c1-l2a`), with links to the images relative to the item.
 *
 * @param classes scene classes on the 20 m grid, 0 outside the swath
 */
export function catalogueItem(acquisition: Acquisition, grid: Grid, classes: Uint8Array): object {
  const counts = new Uint32Array(12);
  for (const value of classes) counts[value]!++;
  const seen = Math.max(1, classes.length - counts[0]!);
  const percent = (count: number, of: number) => Math.round((1e8 * count) / of) / 1e6;
  const { id, time, baseline, collection, platform } = acquisition;
  const clouds = counts[8]! + counts[9]! + counts[10]!;
  const ring = footprint(acquisition, grid);
  return {
    type: "Feature",
    stac_version: "1.0.0",
    stac_extensions: [
      "https://stac-extensions.github.io/eo/v1.0.0/schema.json",
      "https://stac-extensions.github.io/grid/v1.0.0/schema.json",
      "https://stac-extensions.github.io/projection/v1.0.0/schema.json",
      "https://stac-extensions.github.io/raster/v1.1.0/schema.json",
      "https://stac-extensions.github.io/view/v1.0.0/schema.json",
    ],
    id,
    collection,
    bbox: [
      Math.min(...ring.map(([x]) => x)),
      Math.min(...ring.map(([, y]) => y)),
      Math.max(...ring.map(([x]) => x)),
      Math.max(...ring.map(([, y]) => y)),
    ],
    geometry: { type: "Polygon", coordinates: [ring] },
    properties: {
      // The tile is reached some minutes after the start of the datatake.
      datetime: time.replace(/:(\d\d):/, (_, m) => `:${String(Number(m) + 4).padStart(2, "0")}:`),
      platform,
      constellation: "sentinel-2",
      instruments: ["msi"],
      "eo:cloud_cover": percent(clouds, seen),
      "proj:epsg": grid.epsg,
      "mgrs:utm_zone": Number(place.tile.slice(0, 2)),
      "mgrs:latitude_band": place.tile.slice(2, 3),
      "mgrs:grid_square": place.tile.slice(3),
      "grid:code": `MGRS-${place.tile}`,
      "view:sun_azimuth": (acquisition.sun.azimuth * 180) / Math.PI,
      "view:sun_elevation": (Math.asin(acquisition.sun.sine) * 180) / Math.PI,
      "s2:nodata_pixel_percentage": percent(counts[0]!, classes.length),
      ...Object.fromEntries(
        Object.entries(classShares).map(([key, value]) => [key, percent(counts[value]!, seen)]),
      ),
      "s2:product_type": "S2MSI2A",
      "s2:processing_baseline": baseline,
      ...productNames(acquisition),
      ...(collection === "sentinel-2-l2a"
        ? { "s2:sequence": "0", "earthsearch:boa_offset_applied": false }
        : {}),
    },
    links: [],
    assets: Object.fromEntries([
      ...assets.map(({ name, layer }) => [
        name,
        asset(id, name, grid, layer, {
          data_type: "uint16",
          scale: 0.0001,
          offset: acquisition.shift === 0 ? 0 : -0.1,
        }),
      ]),
      ["scl", asset(id, "scl", grid, 1, { data_type: "uint8" })],
    ]),
  };
}

/** Names that hold orbit, baseline and datatake, as the ground segment writes them. */
function productNames({ time, platform, orbit, baseline, collection, day }: Acquisition) {
  const mission = platform === "sentinel-2a" ? "S2A" : "S2B";
  const start = time.replace(/[-:Z]/g, "");
  const code = `N${baseline.replace(".", "")}`;
  // Collection 1 copies were made years later, originals on the day.
  const made =
    collection === "sentinel-2-l2a"
      ? `${start.slice(0, 8)}T163000`
      : `${isoDate(dayNumber("2023-03-01") + (day % 200)).replaceAll("-", "")}T081500`;
  const track = `R${String(orbit).padStart(3, "0")}`;
  return {
    "s2:product_uri": `${mission}_MSIL2A_${start}_${code}_${track}_T${place.tile}_${made}.SAFE`,
    "s2:generation_time": `${made.slice(0, 4)}-${made.slice(4, 6)}-${made.slice(6, 8)}T${made.slice(9, 11)}:${made.slice(11, 13)}:00.000000Z`,
    "s2:datatake_id": `G${mission}_${start}_${String(10_000 + (day % 50_000)).padStart(6, "0")}_N${baseline}`,
  };
}

function asset(id: string, name: string, grid: Grid, layer: 0 | 1, band: object) {
  const metres = layer === 0 ? 10 : 20;
  return {
    href: `../scenes/${id}/${name}.tif`,
    type: "image/tiff; application=geotiff; profile=cloud-optimized",
    gsd: metres,
    "proj:shape": [(grid.height * 10) / metres, (grid.width * 10) / metres],
    "proj:transform": [metres, 0, grid.originX, 0, -metres, grid.originY],
    "raster:bands": [{ nodata: 0, spatial_resolution: metres, ...band }],
    roles: ["data"],
  };
}

/** Closed ring of the imaged part of the region, longitude and latitude. */
function footprint({ swathEnd }: Acquisition, grid: Grid): [number, number][] {
  const [xmin, ymin, xmax, ymax] = gridBounds(grid);
  const east = (down: number) =>
    swathEnd === null
      ? xmax
      : xmin + (xmax - xmin) * Math.max(0, Math.min(1, swathColumn(swathEnd, down)));
  const toDegrees = crsTransform(grid.epsg, 4326);
  const corners: [number, number][] = [
    [xmin, ymax],
    [xmin, ymin],
    [east(1), ymin],
    [east(0), ymax],
    [xmin, ymax],
  ];
  return corners.map(([x, y]) => {
    const [longitude, latitude] = toDegrees(x, y);
    return [Math.round(longitude * 1e7) / 1e7, Math.round(latitude * 1e7) / 1e7];
  });
}
