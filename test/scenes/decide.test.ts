import assert from "node:assert/strict";
import { test } from "node:test";
import { crsTransform } from "../../src/raster/crs.js";
import { dilate } from "../../src/raster/dilate.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { acquisitionGroups, findTwins } from "../../src/scenes/duplicates.js";
import { imagedShare } from "../../src/scenes/imagedShare.js";
import { decideByPixels } from "../../src/scenes/retrieveScenes.js";
import type { SceneDecision } from "../../src/scenes/scene.js";
import { seasonsWithoutClearDate } from "../../src/scenes/seasons.js";
import { sceneFromItem } from "../../src/scenes/stacItem.js";

const names = "blue green red rededge1 rededge2 rededge3 nir nir08 swir16 swir22 scl".split(" ");
const assets = Object.fromEntries(names.map((name) => [name, { href: `../scenes/x/${name}.tif` }]));

function decision(id: string, time: string, baseline: string, validShare = 0.5): SceneDecision {
  const properties = {
    datetime: time,
    "grid:code": "MGRS-32TPS",
    platform: "sentinel-2a",
    "s2:processing_baseline": baseline,
    "s2:product_uri": "S2A_MSIL2A_20190711T101031_N0213_R022_T32TPS_20190711T123456.SAFE",
  };
  return {
    scene: sceneFromItem(
      { id, collection: "sentinel-2-l2a", properties, assets },
      "/c/items/x.json",
    ),
    offsetRule: "R3",
    offset: 0,
    evidence: "",
    cloud: null,
    validShare,
    versions: [],
    decision: "use",
    reason: "usable pixels inside the area",
  };
}

test("an item of Earth Search becomes a scene with local files", () => {
  const { scene } = decision("x", "2019-07-11T10:10:31.024Z", "02.13");
  assert.deepEqual([scene.tile, scene.orbit, scene.origin], ["32TPS", 22, "earth-search"]);
  assert.deepEqual(Object.keys(scene.bands).slice(6, 8), ["B08", "B8A"]);
  assert.equal(scene.bands.B8A?.path, "/c/scenes/x/nir08.tif");
  assert.equal(scene.mask?.path, "/c/scenes/x/scl.tif");
  assert.equal(scene.defect, null);
  const { blue, ...rest } = assets;
  const properties = { datetime: "2019-07-11T10:10:31Z" };
  assert.equal(
    sceneFromItem({ id: "y", properties, assets: rest }, "/c/y.json").defect,
    "no asset for B02",
  );
  const remote = sceneFromItem(
    {
      id: "z",
      properties,
      assets: { ...rest, blue: { href: "s3://sentinel-cogs/a/B02.tif" }, scl: { href: "SCL.tif" } },
    },
    "https://catalogue.test/v1/",
  );
  assert.equal(
    remote.bands.B02?.path,
    "https://sentinel-cogs.s3.us-west-2.amazonaws.com/a/B02.tif",
  );
  assert.equal(remote.mask?.path, "https://catalogue.test/v1/SCL.tif");
  assert.ok(blue);
});

test("of two versions the higher baseline stays, halves of a split datatake both stay", () => {
  const old = decision("a", "2019-07-11T10:10:31Z", "02.13", 0.9);
  const next = decision("b", "2019-07-11T10:12:00Z", "05.00", 0.4);
  const other = decision("c", "2019-07-11T10:40:00Z", "02.13");
  assert.deepEqual(acquisitionGroups([old, next, other]), [[0, 1]]);
  const upper = Uint8Array.of(1, 1, 1, 0, 0, 0);
  const lower = Uint8Array.of(0, 0, 1, 1, 1, 1);
  assert.deepEqual(
    [...findTwins([old, next], [upper, upper])],
    [
      [
        0,
        {
          by: 1,
          reason:
            "twin of b: pixels in the area share 1.00; that one has baseline 05.00 after 02.13",
        },
      ],
    ],
  );
  assert.deepEqual([...findTwins([old, next], [upper, upper], "original").keys()], [1]);
  assert.equal(findTwins([old, next], [upper, lower]).size, 0);
});

test("pixels inside the area decide on share, partial cover and wrapped values", () => {
  const before = decision("a", "2019-07-11T10:10:31Z", "02.13");
  const measure = {
    covered: 1000,
    cloud: 100,
    valid: 800,
    layer: gridFromBounds(32633, [0, 0, 10, 10], 10),
    wrapped: 0,
    offset: {},
    versions: [],
    defect: null,
  };
  assert.equal(decideByPixels(before, measure, 1000).decision, "use");
  assert.match(decideByPixels(before, measure, 2000).reason, /partial orbit/);
  assert.equal(decideByPixels(before, { ...measure, valid: 10 }, 1000).decision, "drop");
  const elsewhere = decideByPixels(before, { ...measure, covered: 0 }, 1000);
  assert.deepEqual(
    [elsewhere.decision, elsewhere.reason],
    ["drop", "does not cover the area: it lies at EPSG:32633, 0 0 10 10"],
  );
  const held = decideByPixels(before, { ...measure, wrapped: 20 }, 1000);
  assert.deepEqual([held.decision, held.offset], ["hold", null]);
});

test("seasons without a clear date are named, parts of a season that begin a mapping year too", () => {
  const at = (time: string, share: number) => decision(time, `${time}T10:10:31Z`, "02.13", share);
  const series = [
    at("2017-11-20", 0.9),
    at("2018-01-03", 0.19),
    at("2018-04-02", 0.5),
    at("2018-07-01", 0.9),
    at("2018-09-20", 0.3),
  ];
  assert.deepEqual(seasonsWithoutClearDate([2018], "11-01", series), [
    "2018: no clear date in December to February (2017-12-01 to 2018-02-28)",
  ]);
  const dropped = series.map((one, i) => (i === 2 ? { ...one, decision: "drop" as const } : one));
  assert.equal(seasonsWithoutClearDate([2018], "11-01", dropped).length, 2);
});

test("invalid areas grow by a square and stop at the edge", () => {
  const marks = new Uint8Array(25);
  marks[0] = 1;
  assert.deepEqual(
    [...dilate(marks, 5, 5, 2)],
    [1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, ...new Array(10).fill(0)],
  );
});

test("the share of the area that images reach, over tiles and zones", () => {
  const area = gridFromBounds(32632, [690000, 5120000, 691200, 5121200], 10);
  const west = gridFromBounds(32632, [680000, 5110000, 690600, 5130000], 10);
  assert.equal(imagedShare(area, [area]), 1);
  assert.equal(imagedShare(area, [west, west]), 0.5);
  const [x, y] = crsTransform(32632, 32633)(690900, 5120600);
  const east = gridFromBounds(32633, [x - 5000, y - 5000, x + 5000, y + 5000], 10);
  assert.equal(imagedShare(area, [west, east]), 1);
  assert.equal(imagedShare(area, [gridFromBounds(32632, [0, 0, 100, 100], 10)]), 0);
});
