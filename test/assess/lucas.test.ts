import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { judgeRecord, readLucasRecords, readLucasRules } from "../../src/assess/lucas.js";
import { writeReferenceTable } from "../../src/assess/referenceTable.js";
import { openValidation } from "../../src/assess/truth.js";
import { defaultClasses } from "../../src/manifest/defaultClasses.js";
import type { Manifest } from "../../src/manifest/manifest.js";
import { crsTransform } from "../../src/raster/crs.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { bareStudy } from "../study/bareStudy.js";

const folder = await mkdtemp(join(tmpdir(), "lucas-"));
after(() => rm(folder, { recursive: true, force: true }));
const rules = await readLucasRules();
const idOf = (name: string) => defaultClasses.find((one) => one.name === name)!.id;

const near = { obs_type: "1", obs_dist: "12", lc1_perc: "90", feature_width: "88", lu1: "U420" };
const judged = (fields: Record<string, string>, polygon = false) =>
  judgeRecord(
    { fields: { ...near, ...fields }, point: [11, 46], rings: polygon ? [] : null },
    rules,
  );

test("codes take the class of the first rule that fits, land use deciding where it is named", () => {
  const cases: [cover: string, use: string, target: string | null][] = [
    ["F10", "U420", "Rocks"],
    ["F10", "U140", "Mineral"],
    ["A21", "U140", "Mineral"],
    ["A21", "U370", "Artificial"],
    ["F40", "U111", "Crops"],
    ["F40", "U420", null],
    ["C23", "U120", "Conifers"],
    ["C31", "U120", null],
    ["B55", "U111", null],
    ["G50", "U420", "Snow"],
  ];
  for (const [lc1, lu1, target] of cases) {
    const expected = target === null ? { reason: "cover without a class" } : { target };
    assert.deepEqual(judged({ lc1, lu1 }), expected, `${lc1} ${lu1}`);
  }
  const names = new Set(defaultClasses.map(({ name }) => name));
  assert.equal(rules.length, 83);
  assert.ok(rules.every(({ target }) => target === null || names.has(target)));
});

test("what was not seen on site, near and over most of the place is not used", () => {
  const lc1 = "E20";
  const cases: [Record<string, string>, object][] = [
    [{ lc1 }, { target: "Grass" }],
    [{ lc1, obs_type: "In situ < 100 m", lc1_perc: "50 - 75 %" }, { target: "Grass" }],
    [{ lc1, obs_type: "7" }, { reason: "not observed on site and near" }],
    [{ lc1, obs_type: "In office PI" }, { reason: "not observed on site and near" }],
    [{ lc1, obs_dist: "101" }, { reason: "observed from over 100 m" }],
    [{ lc1, obs_dist: "" }, { reason: "observed from over 100 m" }],
    [{ lc1, lc1_perc: "40" }, { reason: "cover below 50 %" }],
    [{ lc1, year: "2015" }, { reason: "another year" }],
    [{ lc1: "A22" }, { reason: "linear feature below 20 m" }],
    [{ lc1: "A22", feature_width: "25" }, { target: "Artificial" }],
    [{ lc1: "X99" }, { reason: "code without a rule" }],
  ];
  for (const [fields, expected] of cases) assert.deepEqual(judged(fields), expected);
  assert.deepEqual(judged({ lc1: "A22" }, true), { target: "Artificial" });
});

const grid = gridFromBounds(32632, [690000, 5120000, 690200, 5120200], 10);
const toDegrees = crsTransform(32632, 4326);
const centre = (row: number, column: number) =>
  toDegrees(690000 + column * 10 + 5, 5120200 - row * 10 - 5);

function studyWith(path: string) {
  const manifest = { reference: { kind: "lucas", path }, classes: defaultClasses } as const;
  const study = bareStudy(join(folder, "run"), grid, manifest as Partial<Manifest>);
  return { ...study, years: [2018, 2019] };
}

test("points of the table lie in their pixels and hold for 2018 alone; what is left out is counted", async () => {
  const path = join(folder, "points.csv");
  const row = (place: readonly [number, number], lc1: string, dist = 10) =>
    `${place[1]},${place[0]},${lc1},U420,80,1,${dist},88`;
  const lines = [
    "GPS_LAT,GPS_LONG,LC1,LU1,LC1_PERC,OBS_TYPE,OBS_DIST,FEATURE_WIDTH",
    row(centre(0, 0), "C22"),
    row(centre(7, 12), "E20"),
    row(centre(3, 3), "C31"),
    row(centre(4, 4), "E20", 300),
    row([20, 46], "E20"),
    row([88.888888, 88.888888], "E20"),
  ];
  await writeFile(path, lines.join("\n"));
  const study = studyWith(path);
  const validation = (await openValidation(study))!;
  assert.equal(validation.reference, "lucas");
  assert.deepEqual([...validation.years.keys()], [2018]);
  const ids = validation.years.get(2018)!;
  assert.equal(ids[0], idOf("Conifers"));
  assert.equal(ids[7 * 20 + 12], idOf("Grass"));
  assert.equal(ids.filter((id) => id > 0).length, 2);
  await writeReferenceTable(study, validation);
  assert.equal(
    await readFile(study.folder.table("reference.csv"), "utf8"),
    "reference,year,observations,count\nlucas,2018,used,2\nlucas,2018,cover without a class,1\nlucas,2018,observed from over 100 m,1\n",
  );
});

test("Eurostat's table states degrees and hemisphere: 1 is east, 2 is west", async () => {
  const path = join(folder, "eurostat.csv");
  const row = (point: string, long: number, east: number | string, lat: number) =>
    `${point},2018,${lat},${east},${long},12,1,E20,90,U420,88`;
  const lines = [
    "POINT_ID,YEAR,GPS_LAT,GPS_EW,GPS_LONG,OBS_DIST,OBS_TYPE,LC1,LC1_PERC,LU1,FEATURE_WIDTH",
    row("1", 8.25, 1, 40.5),
    row("2", 8.25, 2, 40.5),
    row("3", 8.25, "W", 40.5),
    row("4", -8.25, 2, 40.5),
    row("5", 88.888888, 8, 88.888888),
    row("6", 88.888888, 2, 88.888888),
  ];
  await writeFile(path, lines.join("\n"));
  assert.deepEqual(
    (await readLucasRecords(path)).map(({ point }) => point),
    [[8.25, 40.5], [-8.25, 40.5], [-8.25, 40.5], [-8.25, 40.5], null, null],
  );
});

test("a polygon fills the pixels whose centres it holds and goes before points", async () => {
  const path = join(folder, "polygons.geojson");
  const corner = (x: number, y: number) => toDegrees(690000 + x, 5120200 - y);
  const ring = [corner(20, 20), corner(48, 20), corner(48, 40), corner(20, 40), corner(20, 20)];
  const properties = { ...near, LC1: "G21" };
  const features = [
    {
      type: "Feature",
      properties: { ...near, lc1: "E20" },
      geometry: { type: "Point", coordinates: centre(2, 2) },
    },
    { type: "Feature", properties, geometry: { type: "Polygon", coordinates: [ring] } },
  ];
  await writeFile(path, JSON.stringify({ type: "FeatureCollection", features }));
  const ids = (await openValidation(studyWith(path)))!.years.get(2018)!;
  const found = [...ids].flatMap((id, pixel) =>
    id > 0 ? [[Math.floor(pixel / 20), pixel % 20, id]] : [],
  );
  const water = idOf("Water");
  assert.deepEqual(
    found,
    [2, 3].flatMap((row) => [2, 3, 4].map((column) => [row, column, water])),
  );
});

test("a file without usable observations is refused with what was found", async () => {
  const path = join(folder, "far.csv");
  const head = "gps_lat,gps_long,lc1,lu1,lc1_perc,obs_type,obs_dist";
  const [x, y] = centre(1, 1);
  await writeFile(path, `${head}\n${y},${x},E20,U420,80,7,10\n`);
  await assert.rejects(
    openValidation(studyWith(path)),
    /reference\.path: .*far\.csv holds no usable observation inside the area \(1 not observed on site and near\)/,
  );
  await writeFile(path, `gps_lat,gps_long,lc1\n${y},${x},E20\n`);
  await assert.rejects(openValidation(studyWith(path)), /has no column lu1, lc1_perc/);
  const metres = join(folder, "metres.geojson");
  const geometry = { type: "Point", coordinates: [4_430_000, 2_580_000] };
  const features = [{ type: "Feature", properties: { ...near, lc1: "E20" }, geometry }];
  await writeFile(metres, JSON.stringify({ type: "FeatureCollection", features }));
  await assert.rejects(
    openValidation(studyWith(metres)),
    /observation 1 lies at 4430000, 2580000, expected longitude and latitude in degrees/,
  );
});
