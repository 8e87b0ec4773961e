import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { StacItem } from "../../src/catalogue/item.js";
import { buildCube } from "../../src/cube/buildCube.js";
import { packageRoot } from "../../src/packageRoot.js";
import { readRaster } from "../../src/raster/readRaster.js";
import { degreeBounds } from "../../src/scenes/remoteScenes.js";
import { retrieveScenes } from "../../src/scenes/retrieveScenes.js";
import { openStudy } from "../../src/study/openStudy.js";
import type { Study } from "../../src/study/study.js";
import { type StacHabits, stacServer } from "../catalogue/stacServer.js";
import { filesOf } from "../cube/filesOf.js";
import { size, writeScenes } from "../cube/smallScenes.js";
import { byteFaults, bytes, type Handler, startLoopback, status } from "../http/loopback.js";
import { plainTiff } from "../raster/plainTiff.js";

process.env.PHENOCOVER_TIMEOUT = "1";
const folder = await mkdtemp(join(tmpdir(), "faulty-region-"));
after(() => rm(folder, { recursive: true, force: true }));
await writeScenes(folder, 10);
const server = await startLoopback();
after(() => server.close());

// The manifest of Trentino with a small area and another place of its catalogue.
const trentino = await readFile(join(packageRoot(), "data-manifests", "trentino.yaml"), "utf8");
async function trentinoLike(run: string, catalog: string): Promise<Study> {
  const manifest = join(folder, `${run}.yaml`);
  const bounds = [690010, 5126000, 690010 + size * 10, 5126000 + size * 10];
  const text = trentino
    .replace(/bounds: \[[^\]]*\]/, `bounds: [${bounds.join(", ")}]`)
    .replace("catalog: earth-search", `catalog: "${catalog}"`)
    .replace(/years: \[[^\]]*\]/, "years: [2018]");
  await writeFile(manifest, text);
  return openStudy({ manifest, runDir: join(folder, run), workers: 1 });
}

async function build(study: Study): Promise<Map<string, Buffer>> {
  await buildCube(study, await retrieveScenes(study));
  const files = await filesOf(study.folder.cube);
  // The record of inputs holds addresses.
  files.delete("inputs.json");
  return files;
}

const local = await trentinoLike("local", join(folder, "items"));
const expected = await build(local);

/** Images by path: deflate as written, every other scene uncompressed. */
const images = new Map<string, Buffer>();
const recorded: StacItem[] = [];
for (const name of await readdir(join(folder, "items"))) {
  const item = JSON.parse(await readFile(join(folder, "items", name), "utf8"));
  for (const { href } of Object.values<{ href: string }>(item.assets)) {
    const file = join(folder, href.replace("../", ""));
    const plain = Number(item.id.slice(1)) % 2 === 1;
    images.set(
      href.replace("..", ""),
      plain ? plainTiff(await readRaster(file)) : await readFile(file),
    );
  }
  recorded.push(item);
}

/** A service under a path of its own, so that nothing that was read of another is met again. */
function serve(name: string, habits: Partial<StacHabits>, faults: Handler[]): void {
  const items = recorded.map((item) => ({
    ...item,
    collection: "sentinel-2-l2a",
    bbox: degreeBounds(local.grid),
    assets: Object.fromEntries(
      Object.entries(item.assets).map(([key, { href }]) => [
        key,
        { href: `${server.url}/${name}${href.replace("..", "")}` },
      ]),
    ),
  }));
  const catalogue = stacServer(() => server.url, { items, ...habits });
  server.answer(...faults, catalogue, right);
}

/** Path of an image inside its service. */
const imageOf = (url: string) => /\/scenes\/.*$/.exec(url)?.[0] ?? "";

const right: Handler = (seen, reply) => {
  const content = images.get(imageOf(seen.url));
  return content ? bytes(() => content, `"${imageOf(seen.url)}"`)(seen, reply) : false;
};

/** Faults in one answer about every image, in turn, so that each meets a good part of them. */
function inTurn(faults: readonly Handler[]): Handler {
  const faultOf = new Map(
    [...images.keys()].map((image, i) => [image, faults[i % faults.length]!]),
  );
  const counts = new Map<string, number>();
  return (seen, reply) => {
    const image = imageOf(seen.url);
    const fault = faultOf.get(image);
    if (!fault) return false;
    const count = (counts.get(image) ?? 0) + 1;
    counts.set(image, count);
    // Uncompressed images take two requests; there the second one meets the fault.
    const nth = images.get(image)!.length > 32_768 ? 2 : 1;
    return count === nth ? fault(seen, reply) : false;
  };
}

/** Answers about one image of an uncompressed scene, which is larger than the head that is read first. */
const ofOne =
  (fault: Handler): Handler =>
  (seen, reply) =>
    imageOf(seen.url) === "/scenes/s5/nir.tif" ? fault(seen, reply) : false;

const page = "<html><body>502 Bad Gateway</body></html>";

/** A proxy's page with the headers of the range that was asked for. */
const pageAsBytes: Handler = (seen, reply) => {
  const end = reply.end.bind(reply);
  reply.end = ((body: Buffer) => {
    const text = Buffer.from(body.map((_, i) => page.charCodeAt(i % page.length)));
    return end(text);
  }) as typeof end;
  return right(seen, reply);
};

/** Another file under the same address: from the second range on its version differs. */
const changed: Handler = (seen, reply) =>
  /^bytes=0-/.test(seen.headers.range ?? "")
    ? false
    : bytes(() => images.get(imageOf(seen.url))!, '"new"')(seen, reply);

/** Answers of the catalogue by their number. */
function catalogueFaults(faults: Readonly<Record<number, Handler>>): Handler {
  let count = 0;
  return (seen, reply) => (seen.method === "POST" && faults[count++]?.(seen, reply)) ?? false;
}

const mended: [name: string, habits: Partial<StacHabits>, faults: Handler[]][] = [
  [
    "a catalogue that throttles with Retry-After, fails on a page and repeats items",
    { overlap: true },
    [
      catalogueFaults({
        0: status(429, { "retry-after": "0" }),
        1: status(403),
        3: status(500, {}, "<html>"),
        5: status(200, { "content-type": "text/html" }, "<html>"),
      }),
    ],
  ],
  ["502 on large pages", { largest: 3 }, []],
  [
    "images throttled, cut, of another length, stalled, or pages of a proxy",
    {},
    [
      inTurn([
        status(429, { "retry-after": "0" }),
        status(503),
        byteFaults.truncated(right),
        (seen, reply) => byteFaults.wrongLength(() => images.get(imageOf(seen.url))!)(seen, reply),
        byteFaults.stalled(),
        byteFaults.htmlPage(),
        pageAsBytes,
      ]),
    ],
  ],
];

for (const [i, [name, habits, faults]] of mended.entries()) {
  test(`the cube is right in spite of: ${name}`, async () => {
    const before = server.seen.length;
    serve(`mended-${i}`, habits, faults);
    const study = await trentinoLike(`mended-${i}`, `${server.url}/v1`);
    assert.deepEqual(await build(study), expected);
    assert.ok(server.seen.length > before + images.size, "images are asked for");
  });
}

const lasting: [name: string, fault: Handler, message: RegExp][] = [
  ["a truncated body", byteFaults.truncated(right), /s5\/nir\.tif: .*, 4 times$/],
  ["a stalled connection", byteFaults.stalled(), /s5\/nir\.tif: no byte for 1 s, 4 times$/],
  [
    "a page under the headers of the file",
    pageAsBytes,
    /s5\/nir\.tif: answered a page under the headers of a file, 4 times$/,
  ],
  [
    "another ETag between ranges",
    changed,
    /s5\/nir\.tif: changed while it was read: ETag "\/scenes\/s5\/nir\.tif" and \d+ bytes, then "new"/,
  ],
];

for (const [i, [name, fault, message]] of lasting.entries()) {
  test(`one error, nothing wrong kept, and the right cube afterwards: ${name}`, async () => {
    let faulty = true;
    const handler: Handler = (seen, reply) => (faulty ? ofOne(fault)(seen, reply) : false);
    serve(`lasting-${i}`, {}, [handler]);
    const study = await trentinoLike(`lasting-${i}`, `${server.url}/v1`);
    await assert.rejects(build(study), (error: Error) => {
      assert.equal(error.name, "ServiceError");
      assert.match(error.message, message);
      return true;
    });
    for (const file of (await filesOf(study.folder.root)).keys()) {
      assert.ok(!file.endsWith(".part"), file);
    }
    faulty = false;
    assert.deepEqual(await build(study), expected);
  });
}

test("an image that the catalogue lists and the network lacks holds its scene out, the rest is used", async () => {
  serve("gone", {}, [ofOne(status(404))]);
  const study = await trentinoLike("gone", `${server.url}/v1`);
  const decisions = await retrieveScenes(study);
  assert.deepEqual(
    decisions
      .filter(({ decision }) => decision !== "use")
      .map(({ scene, reason }) => [scene.id, reason]),
    [["s5", decisions.find(({ scene }) => scene.id === "s5")!.reason]],
  );
  assert.match(
    decisions.find(({ scene }) => scene.id === "s5")!.reason,
    /B08 is missing: .*answered 404/,
  );
  assert.equal((await buildCube(study, decisions)).scenes, 11);
});
