import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { prepareLabels } from "../../src/labels/prepareLabels.js";
import type { Labels } from "../../src/manifest/manifest.js";
import { readManifest } from "../../src/manifest/readManifest.js";
import { createRandom } from "../../src/random.js";
import { crsTransform } from "../../src/raster/crs.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { writeCog } from "../../src/raster/writeCog.js";
import type { Study } from "../../src/study/study.js";
import { type Handler, startLoopback, status, times } from "../http/loopback.js";
import { bareStudy } from "../study/bareStudy.js";

const folder = await mkdtemp(join(tmpdir(), "clc-"));
after(() => rm(folder, { recursive: true, force: true }));

// A CORINE-like map of 100 m cells in EPSG:3035 around a study in UTM, once as raster, once as
// polygons: runs of equal cells, one of them with a hole.
const grid = gridFromBounds(32632, [695000, 5128000, 698000, 5130500], 10);
const [x, y] = crsTransform(32632, 3035)(696500, 5129250);
const left = Math.round(x / 100) * 100 - 2500;
const bottom = Math.round(y / 100) * 100 - 2500;
const cells = gridFromBounds(3035, [left, bottom, left + 5000, bottom + 5000], 100);
const random = createRandom(6);
const classes = [311, 312, 321, 332, 112];
const codes = new Uint16Array(2500);
for (let i = 0; i < 2500; i++) {
  codes[i] = i % 50 && random.uniform() < 0.7 ? codes[i - 1]! : classes[random.integer(5)]!;
}
for (let row = 20; row < 27; row++)
  codes.fill(row === 23 ? 512 : 313, row * 50 + 20, row * 50 + 27);
for (let column = 20; column < 27; column++) if (column !== 23) codes[23 * 50 + column] = 313;
await writeCog(join(folder, "clc.tif"), {
  grid: cells,
  bands: [codes],
  nodata: 0,
  overviews: "none",
});

const ring = (column0: number, row0: number, column1: number, row1: number) => {
  const at = (column: number, row: number) => [left + column * 100, bottom + 5000 - row * 100];
  return [
    at(column0, row0),
    at(column1, row0),
    at(column1, row1),
    at(column0, row1),
    at(column0, row0),
  ];
};
const features: object[] = [];
const add = (code: number, rings: number[][][]) =>
  features.push({
    attributes: { OBJECTID: features.length + 7, Code_18: String(code) },
    geometry: { rings },
  });
add(313, [ring(20, 20, 27, 27), ring(23, 23, 24, 24)]);
for (let row = 0; row < 50; row++) {
  for (let from = 0; from < 50; ) {
    const code = codes[row * 50 + from]!;
    let to = from + 1;
    while (to < 50 && codes[row * 50 + to] === code) to++;
    if (code !== 313) add(code, [ring(from, row, to, row + 1)]);
    from = to;
  }
}

/** A map server; pages above `largest` are reported as errors with status 200, as it does. */
const mapServer =
  ({ largest = 100, lost = 0 }): Handler =>
  ({ url }, reply) => {
    const asked = new URL(url, "http://x").searchParams;
    if (!url.startsWith("/layer/query?")) return false;
    const send = (answer: object) => void reply.writeHead(200).end(JSON.stringify(answer));
    const size = Number(asked.get("resultRecordCount"));
    const from = Number(asked.get("resultOffset"));
    assert.equal(asked.get("inSR"), "3035");
    const [xmin, ymin, xmax, ymax] = asked.get("geometry")!.split(",").map(Number);
    assert.ok(xmin! > left && ymin! > bottom && xmax! < left + 5000 && ymax! < bottom + 5000);
    if (asked.has("returnCountOnly")) send({ count: features.length });
    else if (size > largest) send({ error: { code: 500, message: "Error performing query" } });
    else {
      const page = features.slice(0, features.length - lost).slice(from, from + size);
      send({ features: page, exceededTransferLimit: from + size < features.length - lost });
    }
    return true;
  };
const server = await startLoopback(mapServer({}));
after(() => server.close());

function study(labels: Labels, run: string): Study {
  return bareStudy(join(folder, run), grid, { labels });
}
const service = { kind: "service", year: 2018, url: `${server.url}/layer` } as const;

test("polygons of the service give the labels of the raster, and are asked for once", async () => {
  const raster = { kind: "clc", year: 2018, path: join(folder, "clc.tif") } as const;
  const expected = await prepareLabels(study(raster, "raster"));
  server.answer(times(1, status(502)));
  const found = await prepareLabels(study(service, "served"));
  assert.deepEqual(found, expected);
  assert.ok(new Set(found.codes).size > 5);
  const pages = server.seen.length;
  assert.ok(pages > features.length / 100, `${pages} requests`);
  assert.deepEqual(await prepareLabels(study(service, "served")), expected);
  assert.equal(server.seen.length, pages);
});

test("polygons that the service counts and does not give are an error, and nothing is kept", async () => {
  server.answer(mapServer({ lost: 3 }));
  const holed = study(service, "holed");
  await assert.rejects(
    prepareLabels(holed),
    new RegExp(`/layer: gave ${features.length - 3} polygons and counts ${features.length}`),
  );
  await assert.rejects(readFile(holed.folder.samples("clc-polygons.json")), /ENOENT/);
  server.answer(mapServer({ largest: 0 }));
  await assert.rejects(prepareLabels(holed), /answered error 500: Error performing query/);
  server.answer(status(404));
  await assert.rejects(prepareLabels(holed), /layer\/query: answered 404, expected polygons/);
});

test("the manifest of Trentino opens", () => {
  const { labels, images, events, yearStart } = readManifest("trentino");
  assert.equal(labels.kind, "service");
  assert.equal(images.kind === "stac" && images.catalog, "earth-search");
  assert.deepEqual([yearStart, events[0]!.date], ["11-01", "2018-10-28"]);
});
