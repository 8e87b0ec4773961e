import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { defaultClasses } from "../../src/manifest/defaultClasses.js";
import { createRandom } from "../../src/random.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { changeStrata } from "../../src/sampling/changeStrata.js";
import { countStrata, drawPoints } from "../../src/sampling/drawPoints.js";
import {
  interpretedYears,
  interpreterAgreement,
  readDesign,
  readInterpretation,
  writeDesign,
  writePoints,
} from "../../src/sampling/pointFiles.js";

const folder = await mkdtemp(join(tmpdir(), "phenocover-sampling-"));
after(() => rm(folder, { recursive: true }));
const legend = defaultClasses;

test("strata: mapped forest loss, other change, what lies beside, and the rest", () => {
  const before = Uint8Array.of(8, 8, 8, 8, 8, 2, 2, 0);
  const later = Uint8Array.of(9, 8, 8, 8, 8, 2, 3, 2);
  assert.deepEqual([...changeStrata(legend, before, later, 8, 1)], [0, 2, 3, 3, 3, 2, 1, 255]);
});

test("points: wanted numbers, all in their stratum, the same for a seed, every pixel equally likely", () => {
  const strata = Uint8Array.from({ length: 1000 }, (_, i) => (i < 100 ? 0 : i % 7 === 0 ? 255 : 1));
  const [few, many] = countStrata(strata, 2);
  const draw = (seed: number) => drawPoints(strata, [20, 30], createRandom(seed));
  const { pixel, stratum } = draw(1);
  assert.equal(new Set(pixel).size, 50);
  assert.equal([...stratum].filter((h) => h === 0).length, 20);
  assert.ok(pixel.every((at, n) => strata[at] === stratum[n]));
  assert.deepEqual(draw(1), draw(1));
  const counts = new Float64Array(1000);
  const draws = 3000;
  for (let seed = 0; seed < draws; seed++) for (const at of draw(seed).pixel) counts[at]!++;
  for (const [at, expected] of [
    [3, 20 / few!],
    [99, 20 / few!],
    [500, 30 / many!],
  ] as const) {
    const error = Math.sqrt((expected * (1 - expected)) / draws);
    assert.ok(Math.abs(counts[at]! / draws - expected) < 4 * error, `${at}`);
  }
  assert.throws(() => drawPoints(strata, [101, 0], createRandom(1)), /100 pixels for 101 points/);
});

test("interpreters get places without strata, and their answers come back", async () => {
  const grid = gridFromBounds(32632, [690000, 5125000, 690100, 5125100], 10);
  const points = { pixel: Uint32Array.of(5, 42), stratum: Uint8Array.of(0, 1) };
  await writePoints(folder, grid, [2018, 2019], points);
  await writeDesign(
    folder,
    [
      { name: "felled", pixels: 9 },
      { name: "rest", pixels: 91 },
    ],
    points,
  );
  const file = join(folder, "points.csv");
  const text = await readFile(file, "utf8");
  assert.ok(
    !text.includes("felled") &&
      !(await readFile(`${folder}/points.geojson`, "utf8")).includes("felled"),
  );
  const [, first, second] = text.split("\n");
  const [, longitude, latitude] = first!.split(",").map(Number);
  assert.ok(Math.abs(longitude! - 11.4657) < 0.01 && Math.abs(latitude! - 46.249) < 0.02);
  assert.deepEqual(await readDesign(folder, grid), {
    strata: [
      { name: "felled", pixels: 9 },
      { name: "rest", pixels: 91 },
    ],
    points,
  });
  assert.deepEqual(await interpretedYears(file), [2018, 2019]);
  const answers = (rows: string[]) =>
    writeFile(file, [text.split("\n")[0], ...rows, ""].join("\n"));
  const filled = (line: string, ...names: string[]) =>
    [...line.split(",").slice(0, 3), ...names].join(",");
  await answers([filled(second!, "Conifers", ""), filled(first!, "Grass", "Crops")]);
  const read = () => readInterpretation(file, legend, [2018, 2019], grid, points.pixel);
  const one = await read();
  assert.deepEqual([...one.get(2018)!], [2, 8]);
  assert.deepEqual([...one.get(2019)!], [3, 0]);
  const other = new Map([
    [2018, Uint8Array.of(2, 7)],
    [2019, Uint8Array.of(3, 3)],
  ]);
  assert.deepEqual(interpreterAgreement(one, other), [
    { year: 2018, points: 2, agreement: 0.5 },
    { year: 2019, points: 1, agreement: 1 },
  ]);
  await answers([filled(first!, "Tundra", "Crops")]);
  await assert.rejects(read(), /row 2: class_2018: no class Tundra in the legend/);
  await answers([filled(first!, "Grass", "Crops")]);
  await assert.rejects(read(), /point 2 is missing/);
  await answers([second!.replace(/^2/, "1"), first!.replace(/^1/, "2")]);
  await assert.rejects(read(), /row 2: point 1 lies at .*, in the design at/);
  await writeFile(`${folder}/design.csv`, "id,pixel,stratum\n1,5,felled\n2,42,burnt\n");
  await assert.rejects(readDesign(folder, grid), /row 3: stratum burnt is not one of felled, rest/);
  await writeFile(`${folder}/design.csv`, "id,pixel,stratum\n1,100,felled\n");
  await assert.rejects(readDesign(folder, grid), /row 2: pixel 100 is not in 0..99/);
});
