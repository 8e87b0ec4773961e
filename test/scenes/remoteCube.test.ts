import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { StacItem } from "../../src/catalogue/item.js";
import { buildCube } from "../../src/cube/buildCube.js";
import type { StacImages } from "../../src/manifest/manifest.js";
import { degreeBounds } from "../../src/scenes/remoteScenes.js";
import { retrieveScenes } from "../../src/scenes/retrieveScenes.js";
import type { Study } from "../../src/study/study.js";
import { stacServer } from "../catalogue/stacServer.js";
import { filesOf } from "../cube/filesOf.js";
import { studyOf, writeScenes } from "../cube/smallScenes.js";
import { bytes, type Handler, startLoopback } from "../http/loopback.js";

const folder = await mkdtemp(join(tmpdir(), "remote-cube-"));
after(() => rm(folder, { recursive: true, force: true }));
await writeScenes(folder);
const local = studyOf(folder, "local", 2);
await buildCube(local, await retrieveScenes(local));

const server = await startLoopback();
after(() => server.close());
const images = new Map<string, Buffer>();
const items: StacItem[] = [];
for (const name of (await readdir(join(folder, "items"))).sort()) {
  const item = JSON.parse(await readFile(join(folder, "items", name), "utf8"));
  for (const asset of Object.values<{ href: string }>(item.assets)) {
    const path = asset.href.replace("../", "/");
    images.set(path, await readFile(join(folder, path)));
    asset.href = `${server.url}${path}`;
  }
  items.push({ ...item, collection: "sentinel-2-c1-l2a", bbox: degreeBounds(local.grid) });
}
const image: Handler = (seen, reply) => {
  const content = images.get(seen.url);
  return content ? bytes(() => content, `"${seen.url}"`)(seen, reply) : false;
};
const catalogue = stacServer(() => server.url, { items });
server.answer(catalogue, image);

function remoteStudy(run: string): Study {
  const study = studyOf(folder, run, 2);
  const source: StacImages = {
    ...(study.manifest.images as StacImages),
    catalog: `${server.url}/v1`,
    collection: "sentinel-2-c1-l2a",
  };
  return { ...study, manifest: { ...study.manifest, images: source } };
}

/** Everything of a cube but the record of its inputs, which holds addresses. */
async function cubeFiles(study: Study): Promise<Map<string, Buffer>> {
  const files = await filesOf(study.folder.cube);
  files.delete("inputs.json");
  return files;
}

test("a catalogue and its images on the network give the cube of the same files on disk", async () => {
  const study = remoteStudy("remote");
  const { scenes, bytesRead } = await buildCube(study, await retrieveScenes(study));
  assert.equal(scenes, 12);
  assert.ok(bytesRead > 0);
  assert.deepEqual(await cubeFiles(study), await cubeFiles(local));
  assert.equal(
    (await readFile(study.folder.scenes, "utf8")).replaceAll(/\(item\).*?,/g, ","),
    (await readFile(local.folder.scenes, "utf8")).replaceAll(/\(item\).*?,/g, ","),
  );
  // A complete cube is kept and nothing is asked for.
  const decisions = await retrieveScenes(study);
  const before = server.seen.length;
  await buildCube(study, decisions);
  assert.equal(server.seen.length, before);
});

test("a file that is replaced under its address is noticed and the cube is made anew", async () => {
  const study = remoteStudy("replaced");
  await buildCube(study, await retrieveScenes(study));
  assert.deepEqual(await cubeFiles(study), await cubeFiles(local));
  // Another image of the same size: only its version tells.
  const red = /scenes\/s5\/red\.tif/;
  const other = [...images].find(([name]) => /scenes\/s6\/red\.tif/.test(name))![1];
  server.answer((seen, reply) =>
    red.test(seen.url) ? bytes(() => other, '"replaced"')(seen, reply) : false,
  );
  const { bytesRead } = await buildCube(study, await retrieveScenes(study));
  assert.ok(bytesRead > 0);
  assert.notDeepEqual(await cubeFiles(study), await cubeFiles(local));
  server.answer(catalogue, image);
});
