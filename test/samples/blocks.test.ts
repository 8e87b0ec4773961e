import assert from "node:assert/strict";
import { test } from "node:test";
import { gridFromBounds } from "../../src/raster/grid.js";
import {
  BlockSet,
  guarded,
  layBlocks,
  mostEvenSets,
  openBlocks,
  prepareBlocks,
} from "../../src/samples/blocks.js";
import { smallStudy } from "./smallStudy.js";

test("a block is an eighth of the shorter side, between 80 m and 2.56 km", () => {
  const layout = (width: number, height: number) => {
    const { size, count } = layBlocks(gridFromBounds(32632, [0, 0, width, height], 10));
    return [size, count];
  };
  assert.deepEqual(layout(5_000, 5_000), [625, 64]);
  assert.deepEqual(layout(5_000, 2_500), [312.5, 128]);
  assert.deepEqual(layout(400, 400), [80, 25]);
  assert.deepEqual(layout(25_600, 51_200), [2_560, 200]);
});

test("the guard strip is min(200 m, block / 8) wide, half on either side of the border", () => {
  // One row of 40 pixels of 10 m, border after pixel 19, blocks of 400 m: a strip of 50 m.
  const grid = gridFromBounds(32632, [0, 0, 400, 10], 10);
  const set = new Uint8Array(40).fill(BlockSet.test, 20);
  const strip = [...guarded(set, 400, grid).entries()].filter(([, s]) => s === BlockSet.guard);
  assert.deepEqual(
    strip.map(([i]) => i),
    [17, 18, 19, 20, 21, 22],
  );
  const wide = guarded(set, 5_000, grid).filter((s) => s === BlockSet.guard).length;
  assert.equal(wide, 20, "100 m on either side");
});

test("a rare class is spread over all sets", () => {
  // 64 blocks; the rare class lies in five of them.
  const pools = Array.from({ length: 64 }, (_, block) =>
    Float64Array.of(100, block % 13 === 0 ? 40 : 0),
  );
  const sets = mostEvenSets(pools, "valley");
  assert.deepEqual(
    [0, 1, 2].map((s) => sets.filter((set) => set === s).length),
    [38, 13, 13],
  );
  const rare = [0, 1, 2].map((s) => pools.filter((p, b) => p[1]! > 0 && sets[b] === s).length);
  assert.deepEqual(rare, [3, 1, 1]);
  assert.deepEqual(mostEvenSets(pools, "valley"), sets);
});

test("blocks follow the region's name, not the training seed, and come back from the file", async (t) => {
  const study = await smallStudy(t, { width: 64, height: 64, seed: 1 });
  const labels = {
    codes: Uint16Array.from({ length: 64 * 64 }, (_, i) => (i % 64 < 32 ? 231 : 512)),
    sources: [
      { code: 231, name: "Pastures", classId: 2, use: "core" as const },
      { code: 512, name: "Water bodies", classId: 10, use: "core" as const },
    ],
  };
  const blocks = await prepareBlocks(study, labels);
  assert.deepEqual(await openBlocks(study), blocks);
  assert.deepEqual(await prepareBlocks({ ...study, seed: 9 }, labels), blocks);
  assert.ok(blocks.set.includes(BlockSet.guard));
  for (let i = 0; i < blocks.set.length - 1; i++) {
    const pair = [blocks.set[i]!, blocks.set[i + 1]!];
    if (i % 64 === 63 || pair.includes(BlockSet.guard)) continue;
    assert.equal(pair[0], pair[1], "two sets touch");
  }
});
