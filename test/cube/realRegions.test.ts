import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { buildCube } from "../../src/cube/buildCube.js";
import { openCube } from "../../src/cube/openCube.js";
import { packageRoot } from "../../src/packageRoot.js";
import { retrieveScenes } from "../../src/scenes/retrieveScenes.js";
import { openStudy } from "../../src/study/openStudy.js";
import { readCsv } from "../../src/table/csv.js";

const folder = await mkdtemp(join(tmpdir(), "regions-"));
after(() => rm(folder, { recursive: true, force: true }));

/** Scenes used of all, years, channels, and the median of the yearly NDVI medians: low and high. */
const regions: [string, number, number, number[], number, number, number][] = [
  ["slovenia", 45, 68, [2016, 2017], 1, 0.5, 0.7],
  ["flanders-2018", 59, 118, [2018], 18, 0.5, 0.7],
];

for (const [name, used, all, years, channels, low, high] of regions) {
  const manifest = join(packageRoot(), "data-manifests", `${name}.yaml`);
  const skip = existsSync(manifest) ? false : `${name}.yaml is not there`;
  test(`${name}: a decision for every scene and a plausible cube`, { skip }, async () => {
    const study = await openStudy({ manifest, runDir: join(folder, name), workers: 2 });
    const decisions = await retrieveScenes(study);
    assert.equal(decisions.length, all);
    assert.equal(decisions.filter(({ decision }) => decision === "use").length, used);
    const rows = await readCsv(study.folder.scenes);
    assert.ok(rows.every((row) => row.decision && row.reason && row.evidence));
    await buildCube(study, decisions);
    const cube = await openCube(study);
    assert.deepEqual(cube.years, years);
    assert.equal(cube.channels.length, channels);
    const pixels = cube.grid.width * cube.grid.height;
    for (const year of years) {
      const counts = await cube.year(year).readValidCount();
      assert.ok(counts.every((count) => count >= 5));
      const features = await cube.year(year).readFeatures();
      const at = cube.features.indexOf("NDVI_p50") * pixels;
      const ndvi = features.slice(at, at + pixels).sort();
      assert.ok(ndvi[0]! > 0 && ndvi[pixels - 1]! < 0.95);
      const median = ndvi[pixels >> 1]!;
      assert.ok(median > low && median < high, `${year}: ${median}`);
    }
  });
}
