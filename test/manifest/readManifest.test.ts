import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { after, test } from "node:test";
import { ManifestError } from "../../src/errors.js";
import { packagedRegions } from "../../src/manifest/locateManifest.js";
import { defaultParameters } from "../../src/manifest/manifest.js";
import { readManifest } from "../../src/manifest/readManifest.js";
import { packageRoot } from "../../src/packageRoot.js";
import { openStudy } from "../../src/study/openStudy.js";

const folder = mkdtempSync(join(tmpdir(), "phenocover-manifest-"));
after(() => rmSync(folder, { recursive: true, force: true }));
for (const name of [
  "images/NDVI_20180601T100000.tif",
  "images/CLM_20180601T100000.tif",
  "map.tif",
]) {
  mkdirSync(join(folder, "images"), { recursive: true });
  writeFileSync(join(folder, name), "x");
}

const sound = `region: small
title: A small region
area: {epsg: 32632, bounds: [690000, 5125000, 691000, 5126000], resolution: 10}
years: [2018]
images:
  kind: folder
  path: images
  bands: {NDVI: {pattern: NDVI_*.tif, scale: 0.0001}}
  mask: {pattern: CLM_*.tif, invalid: [1]}
labels: {kind: raster, path: map.tif, year: 2018, legend: {1: wood, 2: open}}
classes: [{id: 1, name: wood, colour: "#07362A"}, {id: 2, name: open, colour: "#C5F381"}]
events: [{name: storm, date: 2018-10-28}]
`;

function written(text: string): string {
  const path = join(folder, "x.yaml");
  writeFileSync(path, text);
  return path;
}

test("defaults are filled in and paths are made absolute", () => {
  const manifest = readManifest(written(sound));
  assert.deepEqual(manifest.parameters, defaultParameters);
  assert.equal(manifest.yearStart, "01-01");
  assert.equal(manifest.reference, null);
  assert.ok(manifest.images.kind === "folder" && isAbsolute(manifest.images.path));
  assert.equal(manifest.images.bands.NDVI?.offset, 0);
});

test("overrides reach any key and are checked like the file", () => {
  const path = written(sound);
  const { parameters } = readManifest(path, { "parameters.epochs": 3, trees: 7 });
  assert.deepEqual([parameters.epochs, parameters.trees], [3, 7]);
  assert.throws(
    () => readManifest(path, { "parameters.epoch": 3 }),
    /parameters\.epoch: unknown key/,
  );
});

const faults: [name: string, from: string, to: string, expected: string][] = [
  ["unknown key", "region: small", "regoin: small", "regoin: unknown key, did you mean region?"],
  ["missing key", "title: A small region\n", "", "title: is missing"],
  ["out of range", "epsg: 32632", "epsg: 1", "area.epsg: 1 is not in 1024..32767"],
  ["wrong type", "years: [2018]", "years: [soon]", 'years[0]: "soon" is not a whole number'],
  [
    "unknown kind",
    "kind: folder",
    "kind: ftp",
    'images.kind: "ftp" is not one of stac, safe, folder, simulated',
  ],
  [
    "key of another kind",
    "path: images",
    "path: images, size: 5".replace(", ", "\n  "),
    "images.size: unknown key",
  ],
  ["repeated year", "years: [2018]", "years: [2018, 2018]", "years[1]: 2018 is listed twice"],
  ["unordered years", "years: [2018]", "years: [2018, 2017]", "years[1]: 2017 comes after 2018"],
  [
    "year without image",
    "years: [2018]",
    "years: [2018, 2019]",
    "years[1]: 2019: no image of 2019-01-01 to 2019-12-31",
  ],
  [
    "no such day",
    "date: 2018-10-28",
    "date: 2018-02-30",
    'events[0].date: "2018-02-30" is not a date',
  ],
  [
    "event outside",
    "date: 2018-10-28",
    "date: 2021-10-28",
    "events[0].date: 2021-10-28 is outside the mapping years",
  ],
  [
    "year start",
    "years: [2018]",
    "years: [2018]\nyearStart: 31-12",
    'yearStart: "31-12" is not right, expected a month and day',
  ],
  [
    "unknown system",
    "epsg: 32632",
    "epsg: 2056",
    "area.epsg: EPSG:2056: unknown coordinate system",
  ],
  ["degrees", "epsg: 32632", "epsg: 4326", "area.epsg: 4326 has degrees"],
  [
    "empty bounds",
    "[690000, 5125000, 691000, 5126000]",
    "[691000, 5125000, 690000, 5126000]",
    "area.bounds: [691000,5125000,690000,5126000] has no inside",
  ],
  ["odd bounds", "691000, 5126000", "691005, 5126000", "area.bounds: 100.50 x 100.00 pixels"],
  ["missing file", "path: map.tif", "path: nap.tif", "labels.path: nap.tif: no such file"],
  ["missing folder", "path: images", "path: pictures", "images.path: pictures: no such folder"],
  [
    "empty pattern",
    "NDVI_*.tif",
    "EVI_*.tif",
    'images.bands.NDVI.pattern: "EVI_*.tif" matches no file',
  ],
  [
    "legend name",
    "2: open",
    "2: opne",
    'labels.legend.2: "opne" is not a class, did you mean open?',
  ],
  [
    "legends that do not cross",
    "title: A small region",
    "title: A small region\notherMaps: [{name: x, path: map.tif, year: 2018, legend: {1: wood}}]",
    "otherMaps[0].legend: has 1 classes in common with the region's legend, expected at least 2",
  ],
  [
    "class name",
    "name: wood",
    'name: "wood & more"',
    'classes[0].name: "wood & more" is not right, expected a name of a class, without & < > which GeoTIFF readers garble',
  ],
  ["repeated class", "{id: 2,", "{id: 1,", "classes[1].id: 1 is used twice"],
  ["label year", "year: 2018", "year: 2017", "labels.year: 2017 is not one of years (2018)"],
  [
    "simulated labels",
    "labels: {kind: raster, path: map.tif, year: 2018, legend: {1: wood, 2: open}}",
    "labels: {kind: simulated, year: 2018}",
    'labels.kind: "simulated" goes with simulated images only',
  ],
  ["YAML", "years: [2018]", "years: [2018", "line "],
];

for (const [name, from, to, expected] of faults) {
  test(`one line names the place: ${name}`, () => {
    assert.ok(sound.includes(from));
    const path = written(sound.replace(from, to));
    assert.throws(
      () => readManifest(path),
      (error) => {
        assert.ok(error instanceof ManifestError, String(error));
        assert.ok(error.message.startsWith(`${path}: ${expected}`), error.message);
        assert.doesNotMatch(error.message, /\n/);
        assert.equal(error.exitCode, 2);
        return true;
      },
    );
  });
}

test("every region of the package opens, and the schema knows every parameter", async () => {
  assert.deepEqual(packagedRegions(), [
    "demo-alps",
    "flanders-2018",
    "slovenia",
    "tanzania",
    "trentino",
  ]);
  for (const region of packagedRegions()) {
    const study = await openStudy({ manifest: region });
    assert.equal(study.manifest.file, `data-manifests/${region}.yaml`);
  }
  const { grid } = await openStudy({ manifest: "slovenia" });
  assert.deepEqual([grid.width, grid.height], [100, 101]);
  const schema = JSON.parse(
    readFileSync(join(packageRoot(), "data-manifests", "manifest.schema.json"), "utf8"),
  );
  assert.deepEqual(
    Object.keys(schema.properties.parameters.properties).sort(),
    // The last two have no default of their own: it depends on the network.
    [...Object.keys(defaultParameters), "dropout", "layers"].sort(),
  );
});

const catalogueFaults: [images: string, years: string, expected: string][] = [
  [
    "{kind: stac, catalog: earth-serach, collection: sentinel-2-l2a}",
    "[2018]",
    "images.catalog: earth-serach: no such folder and no service of that name, did you mean earth-search?",
  ],
  [
    "{kind: stac, catalog: 'https://x.test/v1?token=hidden', collection: sentinel-2-l2a}",
    "[2018]",
    "images.catalog: https://x.test/v1: an address with a query or a user",
  ],
  [
    "{kind: stac, catalog: earth-search, collection: sentinel-2-l1c}",
    "[2018]",
    'images.collection: "sentinel-2-l1c" has top of atmosphere values',
  ],
  [
    "{kind: stac, catalog: earth-search, collection: sentinel-2-l2a, access: s3}",
    "[2018]",
    'images.access: "s3" goes with the catalogue cdse, found "earth-search"',
  ],
  [
    "{kind: stac, catalog: cdse, collection: sentinel-2-l2a, access: ftp}",
    "[2018]",
    'images.access: "ftp" is not one of https, s3',
  ],
  [
    "{kind: stac, catalog: cdse, collection: sentinel-2-l2a, family: new}",
    "[2018]",
    'images.family: "new" is not one of original, reprocessed',
  ],
  [
    "{kind: stac, catalog: earth-search, collection: sentinel-2-l2a, maxCloud: 180}",
    "[2018]",
    "images.maxCloud: 180 is not in 0..100",
  ],
  [
    "{kind: stac, catalog: earth-search, collection: sentinel-2-l2a}",
    "[2013, 2018]",
    "years[0]: 2013 ends before 2015-06-23, the day of the first Sentinel-2 image",
  ],
  ["{kind: safe, path: products}", "[2018]", "images.path: products: no such folder"],
];

test("a catalogue that cannot be asked is refused before anything is sent", () => {
  const images = /^images:\n( {2}.*\n)+/m;
  for (const [given, years, expected] of catalogueFaults) {
    const text = sound.replace(images, `images: ${given}\n`).replace("[2018]", years);
    assert.throws(
      () => readManifest(written(text)),
      (error: Error) => {
        assert.ok(error.message.includes(expected), `${error.message}\n${expected}`);
        return !error.message.includes("hidden") && !error.message.includes("\n");
      },
    );
  }
  const remote = "{kind: stac, catalog: planetary-computer, collection: sentinel-2-l2a}";
  const manifest = readManifest(written(sound.replace(images, `images: ${remote}\n`)));
  assert.ok(manifest.images.kind === "stac" && manifest.images.catalog === "planetary-computer");
});

test("an outline in GeoJSON gives the rectangle around it in its UTM zone", () => {
  const ring = [
    [11.46, 46.25],
    [11.5, 46.25],
    [11.5, 46.28],
    [11.46, 46.25],
  ];
  const geometry = { type: "Polygon", coordinates: [ring] };
  writeFileSync(join(folder, "outline.geojson"), JSON.stringify({ type: "Feature", geometry }));
  const area = /^area: .*$/m.exec(sound)![0];
  const manifest = readManifest(written(sound.replace(area, "area: outline.geojson")));
  const [xmin, ymin, xmax, ymax] = manifest.area.bounds;
  assert.equal(manifest.area.epsg, 32632);
  // 0.04 degrees of longitude at latitude 46.25 are 3083 m, 0.03 of latitude 3335 m.
  assert.ok(Math.abs(xmax - xmin - 3083) < 150 && Math.abs(ymax - ymin - 3335) < 150);
  assert.throws(
    () => readManifest(written(sound.replace(area, "area: map.tif"))),
    /x\.yaml: area: map\.tif cannot be read as GeoJSON/,
  );
});

test("an outline in WKT or bounds in degrees give the same rectangle", () => {
  const area = /^area: .*$/m.exec(sound)![0];
  const read = (given: string) => readManifest(written(sound.replace(area, `area: ${given}`))).area;
  const bounds = read("[11.46, 46.25, 11.5, 46.28]");
  assert.deepEqual(
    read('"POLYGON((11.46 46.25, 11.5 46.25, 11.5 46.28, 11.46 46.28, 11.46 46.25))"'),
    bounds,
  );
  assert.equal(bounds.epsg, 32632);
  for (const [given, problem] of [
    ['"POLYGON((11.46 46.25, 11.5 x))"', /x\.yaml: area: "POLYGON.* is no WKT polygon/],
    [
      "[11.5, 46.25, 11.46, 46.28]",
      /area: \[11\.5,46\.25,11\.46,46\.28\] is no list of west, south/,
    ],
    ["[690000, 5125000, 691000, 5126000]", /area: \[690000,.*\] has no degrees/],
  ] as const) {
    assert.throws(() => read(given), problem);
  }
});

test("the square of a simulated region follows its size", async () => {
  const { grid } = await openStudy({ manifest: "demo-alps", overrides: { "images.size": 2000 } });
  assert.deepEqual([grid.width, grid.height, grid.originY], [200, 200, 5_127_000]);
});

test("a study without the label year or with a foreign year is refused", async () => {
  await assert.rejects(openStudy({ manifest: "demo-alps", years: [2019] }), /without 2018/);
  await assert.rejects(openStudy({ manifest: "demo-alps", years: [2018, 2031] }), /years: 2031/);
  await assert.rejects(openStudy({ manifest: "nowhere" }), /no region of that name/);
});
