import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { withRetry } from "../../src/http/retry.js";
import { createTransport } from "../../src/http/transport.js";
import { createRandom } from "../../src/random.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { openRaster, readRaster, type Window } from "../../src/raster/readRaster.js";
import { joinRanges, openRemoteBytes } from "../../src/raster/remoteBytes.js";
import { writeCog } from "../../src/raster/writeCog.js";
import {
  at,
  byteFaults,
  bytes,
  type Handler,
  startLoopback,
  status,
  times,
} from "../http/loopback.js";

const folder = await mkdtemp(join(tmpdir(), "remote-"));
after(() => rm(folder, { recursive: true, force: true }));
const side = 1300;
const path = join(folder, "image.tif");
const random = createRandom(2);
// Noise, so that tiles do not compress to nothing and lie far apart.
const band = Uint16Array.from({ length: side * side }, () => random.integer(65_536));
await writeCog(path, {
  grid: gridFromBounds(32632, [690000, 5120000, 690000 + side * 10, 5120000 + side * 10], 10),
  bands: [band],
  nodata: 0,
  overviews: "nearest",
});
const content = await readFile(path);
const right = bytes(() => content);
const server = await startLoopback(at(/\.tif/, right));
after(() => server.close());

/** A new address of the same file: heads are kept by address. */
let files = 0;
const address = () => `${server.url}/${files++}.tif`;

test("ranges that lie close together are asked for as one", () => {
  const ranges = [
    { offset: 500_000, length: 10 },
    { offset: 0, length: 100 },
    { offset: 60_000, length: 40_000 },
    { offset: 60_000, length: 50 },
    { offset: 20_000_000, length: 9_000_000 },
    { offset: 29_000_000, length: 5 },
  ];
  assert.deepEqual(joinRanges(ranges), [
    { range: { offset: 0, length: 100_000 }, members: [1, 2, 3] },
    { range: { offset: 500_000, length: 10 }, members: [0] },
    { range: { offset: 20_000_000, length: 9_000_000 }, members: [4] },
    { range: { offset: 29_000_000, length: 5 }, members: [5] },
  ]);
  assert.deepEqual(joinRanges([]), []);
});

test("windows over the network hold what the file holds, in few requests", async () => {
  const url = address();
  const file = await openRaster(url);
  const windows: Window[] = [
    [0, 0, 20, 30],
    [500, 500, 530, 540],
    [0, 0, side, side],
  ];
  for (const window of windows) {
    const local = await readRaster(path, { window });
    const remote = await file.read({ window });
    assert.deepEqual(remote.bands, local.bands);
    assert.deepEqual(remote.grid, local.grid);
  }
  file.close();
  const asked = server.seen.filter(({ url: seen }) => url.endsWith(seen));
  // The head; one tile; two rows of two tiles; all nine tiles, which lie in a row.
  assert.ok(asked.length <= 5, `${asked.length} requests`);
  assert.ok(asked.every(({ headers }) => /^bytes=\d+-\d+$/.test(headers.range ?? "")));
});

const window: Window = [600, 600, 700, 700];
const expected = (await readRaster(path, { window })).bands;

test("a fault that passes is mended, whatever request it hits", async () => {
  const faults: Record<string, Handler> = {
    throttled: status(429, { "retry-after": "0" }),
    "server error": status(502),
    truncated: byteFaults.truncated(right),
    "wrong length": byteFaults.wrongLength(() => content),
    "page of a proxy": byteFaults.htmlPage(),
    "no range": (seen, reply) => right({ ...seen, headers: {} }, reply),
    "another place": (seen, reply) =>
      right({ ...seen, headers: { range: "bytes=7-32774" } }, reply),
  };
  for (const [name, fault] of Object.entries(faults)) {
    for (const healthy of [0, 1]) {
      let count = 0;
      server.answer((seen, reply) => (count++ === healthy ? fault(seen, reply) : false));
      const raster = await readRaster(address(), { window });
      assert.deepEqual(raster.bands, expected, name);
      assert.ok(count > healthy + 1, `${name}: asked again`);
    }
  }
});

test("a fault that stays is one error that names the file and what was found", async () => {
  const cases: [Handler, RegExp][] = [
    [status(404, {}, "no such key"), /\.tif: answered 404, expected bytes 0-32767$/],
    [byteFaults.htmlPage(), /answered a page \(text\/html\), expected bytes of a file, 4 times/],
    [byteFaults.wrongLength(() => content), /answered bytes 0-6, expected 0-32767, 4 times/],
    [
      (seen, reply) => right({ ...seen, headers: {} }, reply),
      /answered 200 to a range, expected 206/,
    ],
    [status(206, { "content-type": "image/tiff" }, "x"), /Content-Range is absent/],
  ];
  for (const [fault, message] of cases) {
    const url = address();
    server.answer(at(new RegExp(`${new URL(url).pathname}$`), fault));
    await assert.rejects(readRaster(url), (error: Error) => {
      assert.equal(error.name, "ServiceError");
      assert.match(error.message, message);
      return true;
    });
  }
});

test("a file that changes between two ranges is refused, and no secret of its address is shown", async () => {
  const url = `${address()}?sig=hidden`;
  const file = await openRaster(url);
  server.answer(
    times(
      1,
      bytes(() => content, '"2"'),
    ),
  );
  await assert.rejects(file.read({ window }), (error: Error) => {
    assert.match(
      error.message,
      /\.tif: changed while it was read: ETag "1" and \d+ bytes, then "2"/,
    );
    return !error.message.includes("hidden");
  });
  file.close();
});

test("a stalled connection is given up and asked again; closing a file ends its requests", async () => {
  const patient = withRetry(createTransport({ stall: 150 }), {
    random: createRandom(1),
    firstWait: 1,
  });
  const source = await openRemoteBytes(address(), patient);
  const range = { offset: 100_000, length: 5000 };
  server.answer(times(1, byteFaults.stalled()));
  const [first] = await source.read([range]);
  assert.deepEqual(Buffer.from(first!), content.subarray(100_000, 105_000));
  server.answer(times(1, byteFaults.stalled()));
  const asked = source.read([range]);
  setTimeout(() => source.close(), 30);
  await assert.rejects(asked, /abort/i);
});
