import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildCube } from "../../src/cube/buildCube.js";
import { openCube } from "../../src/cube/openCube.js";
import { writeFileAtomic } from "../../src/files/atomic.js";
import { crsTransform } from "../../src/raster/crs.js";
import { type Grid, gridFromBounds } from "../../src/raster/grid.js";
import { writeCog } from "../../src/raster/writeCog.js";
import { retrieveScenes } from "../../src/scenes/retrieveScenes.js";
import { bareStudy } from "../study/bareStudy.js";

const folder = await mkdtemp(join(tmpdir(), "zones-"));
after(() => rm(folder, { recursive: true, force: true }));

/** Side of the region, pixels. */
const side = 60;
// The region lies on the border of zones 32 and 33 and has the grid of zone 32.
const toRegion = crsTransform(4326, 32632)(12, 46.3).map((place) => 10 * Math.round(place / 10));
const [x, y] = toRegion as [number, number];
const region = gridFromBounds(32632, [x - 300, y - 300, x + 300, y + 300], 10);

/** A scene that covers some columns of the region and its surroundings, in a zone of its own. */
interface Tile {
  readonly id: string;
  readonly day: string;
  readonly epsg: number;
  readonly bounds: readonly [number, number, number, number];
  /** Value of all bands is this and a pattern of rows and columns. */
  readonly base: number;
}

const centre33 = crsTransform(32632, 32633)(x, y).map((place) => 20 * Math.round(place / 20));
const [x33, y33] = centre33 as [number, number];
const tiles: readonly Tile[] = [
  {
    id: "west",
    day: "2018-05-01",
    epsg: 32632,
    bounds: [x - 500, y - 500, x + 100, y + 500],
    base: 1000,
  },
  {
    id: "east",
    day: "2018-08-01",
    epsg: 32633,
    bounds: [x33 - 100, y33 - 500, x33 + 500, y33 + 500],
    base: 5000,
  },
];
const bands = {
  blue: 10,
  green: 10,
  red: 10,
  rededge1: 20,
  rededge2: 20,
  rededge3: 20,
  nir: 10,
  nir08: 20,
  swir16: 20,
  swir22: 20,
} as const;
const count = Object.keys(bands).length;

/** Value at a pixel of a tile; 0, no data, in a part of its own of the eastern one. */
function valueAt({ base }: Tile, band: number, row: number, column: number, pixel: number): number {
  if (base === 5000 && Math.floor((row * pixel) / 100) === 4) return 0;
  return base + 300 * band + (row % 7) * 10 + (column % 9);
}

async function writeTile(tile: Tile): Promise<void> {
  const assets: Record<string, { href: string }> = {};
  for (const [b, [name, pixel]] of Object.entries({ ...bands, scl: 20 }).entries()) {
    const grid = gridFromBounds(tile.epsg, tile.bounds, pixel);
    const size = grid.width * grid.height;
    const band =
      name === "scl"
        ? new Uint8Array(size).fill(4)
        : Uint16Array.from({ length: size }, (_, i) =>
            valueAt(tile, b, Math.floor(i / grid.width), i % grid.width, pixel),
          );
    const href = `../scenes/${tile.id}/${name}.tif`;
    const file = join(folder, "scenes", tile.id, `${name}.tif`);
    await writeCog(file, { grid, bands: [band], nodata: 0, overviews: "none" });
    assets[name] = { href };
  }
  const item = {
    id: tile.id,
    collection: "sentinel-2-l2a",
    properties: {
      datetime: `${tile.day}T10:00:00Z`,
      "grid:code": tile.epsg === 32632 ? "MGRS-32TQS" : "MGRS-33TTM",
      "s2:processing_baseline": "02.06",
      "eo:cloud_cover": 5,
    },
    assets,
  };
  await writeFileAtomic(join(folder, "items", `${tile.id}.json`), JSON.stringify(item));
}

/** Value of a tile under a centre of the region's grid, by transforming that centre; 0 outside. */
function expected(tile: Tile, band: number, pixel: number, row: number, column: number): number {
  const [east, north] = crsTransform(32632, tile.epsg)(
    region.originX + (column + 0.5) * 10,
    region.originY - (row + 0.5) * 10,
  );
  const grid: Grid = gridFromBounds(tile.epsg, tile.bounds, pixel);
  const i = Math.floor((grid.originY - north) / pixel);
  const j = Math.floor((east - grid.originX) / pixel);
  const inside = i >= 0 && j >= 0 && i < grid.height && j < grid.width;
  return inside ? valueAt(tile, band, i, j, pixel) : 0;
}

test("scenes of two zones meet on the region's grid: the right pixel on either side, both in the seam, no data in none", async () => {
  for (const tile of tiles) await writeTile(tile);
  const manifest = {
    region: "border",
    images: { kind: "stac", catalog: join(folder, "items"), collection: "x", maxCloud: 80 },
    yearStart: "01-01",
    events: [],
  } as const;
  const study = bareStudy(join(folder, "run"), region, manifest, { workers: 2 });
  const decisions = await retrieveScenes(study);
  assert.deepEqual(
    decisions.map(({ decision, reason }) => [decision, reason]),
    tiles.map(() => ["use", "usable pixels inside the area, partial orbit"]),
  );
  await buildCube(study, decisions);
  const cube = await openCube(study);
  const { days, readBlock } = cube.year(2018);
  const { values, pixels } = await readBlock(0, side);
  const counts = await cube.year(2018).readValidCount();
  const [west, east] = tiles as [Tile, Tile];
  const covered = [0, 0, 0, 0];
  for (let pixel = 0; pixel < pixels; pixel++) {
    const at = [Math.floor(pixel / side), pixel % side] as const;
    const seen = tiles.map((tile) => Number(expected(tile, 0, 10, ...at) > 0));
    covered[seen[0]! + 2 * seen[1]!]!++;
    assert.equal(counts[pixel], seen[0]! + seen[1]!, `pixel ${at}`);
    for (const [b, size] of Object.values(bands).entries()) {
      // Days 121 and 213 of the year.
      const before = expected(west, b, size, ...at);
      const later = expected(east, b, size, ...at);
      for (const [d, day] of days.entries()) {
        const weight = Math.min(1, Math.max(0, (day - 121) / 92));
        const both = seen[0] && seen[1] ? before + weight * (later - before) : 0;
        const value = both || (seen[0] ? before : seen[1] ? later : -32_768);
        const found = values[(d * count + b) * pixels + pixel]!;
        assert.ok(
          Math.abs(found - value) <= 0.5,
          `pixel ${at}, band ${b}, day ${day}: ${found}, ${value}`,
        );
      }
    }
  }
  // Both sides, the seam and, where the eastern tile has no data, nothing at all.
  assert.ok(
    covered.every((area) => area > 100),
    covered.join(" "),
  );
});
