import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { PNG } from "pngjs";
import { DEFAULT_METHOD } from "../../src/consistency/methods.js";
import { FileError, UsageError } from "../../src/errors.js";
import { findBrowser } from "../../src/figures/browser.js";
import { writeYearMaps } from "../../src/maps/yearMaps.js";
import type { RunRecord } from "../../src/run/record.js";
import { writeRecord } from "../../src/run/record.js";
import { openRun } from "../../src/view/openRun.js";
import { serveRun } from "../../src/view/server.js";
import { smallRun } from "../report/smallRun.js";

const folder = mkdtempSync(join(tmpdir(), "phenocover-view-"));
let server: Server;
let address: string;
let root: string;

before(async () => {
  const study = await smallRun(folder);
  root = study.folder.root;
  const { manifest } = study;
  await writeRecord(root, { format: 1, manifest, steps: [] } as unknown as RunRecord);
  // Water in the first row for certain, elsewhere conifers by a little.
  const shares = new Uint8Array(3 * 64 * 64);
  for (let pixel = 0; pixel < 64 * 64; pixel++) {
    for (let k = 0; k < 3; k++)
      shares[k * 64 * 64 + pixel] = pixel < 64 ? [0, 0, 100][k]! : [45, 55, 0][k]!;
  }
  await writeYearMaps(study, DEFAULT_METHOD, 2018, shares);
  server = await serveRun(await openRun(root), 0);
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const get = async (path: string) => {
  const answer = await fetch(`${address}${path}`);
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
};

test("a layer is a picture in the legend's colours, confidence in shades", async () => {
  const colours = async (layer: string) => {
    const { body } = await get(`/map?model=${DEFAULT_METHOD}&layer=${layer}`);
    const { width, height, data } = PNG.sync.read(body);
    assert.deepEqual([width, height], [64, 64]);
    return [0, 64].map((pixel) => data.subarray(pixel * 4, pixel * 4 + 3).toString("hex"));
  };
  assert.deepEqual(await colours("2018"), ["2665f1", "07362a"]);
  const [certain, doubtful] = (await colours("2018-confidence")) as [string, string];
  assert.equal(certain, "f5f0c8");
  assert.ok(doubtful < certain);
});

test("a pixel tells its place, classes and probabilities", async () => {
  const pixel = JSON.parse((await get("/pixel?row=1&column=2")).body.toString());
  assert.deepEqual([pixel.x, pixel.y], [600025, 5100625]);
  assert.ok(
    Math.abs(pixel.longitude - 10.292986) < 1e-6 && Math.abs(pixel.latitude - 46.051886) < 1e-6,
  );
  assert.deepEqual(pixel.classes[DEFAULT_METHOD], [8]);
  assert.equal(pixel.classes.forest.length, 3);
  assert.deepEqual(pixel.probabilities, { [DEFAULT_METHOD]: [[45, 55, 0]] });
  assert.deepEqual(pixel.series, [], "no cube in this run");
});

test("nothing but the run's layers is given, and to this machine's pages only", async () => {
  const layers = ["2017", "..%2F..%2Freference", "2018-probability"];
  for (const layer of layers) {
    assert.equal((await get(`/map?model=forest&layer=${layer}`)).status, 404, layer);
  }
  assert.equal((await get("/run.json")).status, 404);
  const outside = await get("/pixel?row=64&column=0");
  assert.deepEqual(
    [outside.status, outside.body.toString()],
    [400, "row: 64 found, expected 0 to 63"],
  );
  const status = await new Promise((resolve, reject) => {
    const headers = { host: "rebound.example" };
    request(address, { headers }, ({ statusCode }) => resolve(statusCode))
      .on("error", reject)
      .end();
  });
  assert.equal(status, 404);
});

test("a folder without a run or a map, and a port that is taken, are refused", async () => {
  await assert.rejects(
    openRun(folder),
    (error) => error instanceof FileError && /run.json/.test(error.message),
  );
  const { port } = server.address() as AddressInfo;
  await assert.rejects(serveRun(await openRun(root), port), UsageError);
});

const browser = findBrowser();
test("in the browser a click shows the pixel, and both maps step through the years", {
  skip: browser === null && "no Chromium",
}, async () => {
  const started = await chromium.launch({ executablePath: browser!, args: ["--no-sandbox"] });
  try {
    const page = await started.newPage();
    const faults: string[] = [];
    page.on("pageerror", (fault) => faults.push(String(fault)));
    page.on("console", (line) => line.type() === "error" && faults.push(line.text()));
    await page.goto(address);
    assert.equal(await page.title(), "A small <test> region");
    const map = page.locator("canvas").nth(1);
    await map.click();
    await page.waitForSelector("#pixel table");
    assert.match(await page.locator("#pixel h2").first().innerText(), /^Row 3\d, column 3\d /);
    await page.keyboard.press("ArrowLeft");
    assert.match(page.url(), /#local-hmm\/2018\/multi-year\/2019\/3\d\/3\d$/);
    assert.deepEqual(faults, []);
  } finally {
    await started.close();
  }
});
