import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { packageRoot } from "../../src/packageRoot.js";
import { createRandom } from "../../src/random.js";
import { readRaster } from "../../src/raster/readRaster.js";
import { writeCog } from "../../src/raster/writeCog.js";
import { createStepExecutor } from "../../src/run/executeStep.js";
import { provideKernel } from "../../src/run/kernelSetup.js";
import { createProgressLine } from "../../src/run/progressLine.js";
import { readRecord } from "../../src/run/record.js";
import { reproduce } from "../../src/run/reproduce.js";
import { readCsv, writeCsv } from "../../src/table/csv.js";

/** A seed that no study uses: the region in the cache belongs to this test. */
const regionSeed = 76_031;
const cache = join(packageRoot(), ".cache", "simulated");
const folder = mkdtempSync(join(tmpdir(), "phenocover-truth-"));

/** Folder of the region in the cache. */
function regionFolder(): string | undefined {
  return readdirSync(cache)
    .map((name) => join(cache, name))
    .find((path) => {
      const about = JSON.parse(readFileSync(join(path, "region.json"), "utf8"));
      return about.seed === regionSeed;
    });
}

after(() => {
  rmSync(folder, { recursive: true, force: true });
  const region = regionFolder();
  if (region) rmSync(region, { recursive: true, force: true });
});

/** Runs the whole study and returns the checksums of its products by step. */
async function runStudy(name: string, workers: number): Promise<Map<string, Map<string, string>>> {
  const { signal } = new AbortController();
  await provideKernel();
  const executor = await createStepExecutor(packageRoot(), signal);
  try {
    const { study } = await reproduce("demo-alps", {
      overrides: {
        "images.seed": regionSeed,
        "images.size": 1200,
        "parameters.trees": 10,
        "parameters.epochs": 2,
        "parameters.trainSamples": 3000,
        "parameters.validationSamples": 1500,
      },
      out: join(folder, name),
      workers,
      kernelFolder: packageRoot(),
      executor,
      progress: createProgressLine({ write: () => {} }),
      signal,
    });
    const record = await readRecord(study.folder.root);
    return new Map(
      record!.steps.map(({ name: step, products }) => [
        step,
        new Map(products.map(({ path, sha256 }) => [path, sha256])),
      ]),
    );
  } finally {
    await executor.close();
  }
}

/** Gives every true value, pixel by pixel and patch by patch, another place. */
async function shuffleTruth(region: string): Promise<void> {
  const random = createRandom(1);
  for (const name of readdirSync(join(region, "truth"))) {
    const path = join(region, "truth", name);
    if (name.endsWith(".tif")) {
      const { grid, bands } = await readRaster(path);
      const values = random.shuffle(Uint8Array.from(bands[0]!));
      await writeCog(path, { grid, bands: [values], overviews: "none" });
    } else {
      const rows = await readCsv(path);
      const columns = Object.keys(rows[0]!);
      const values = columns.map((column) => random.shuffle(rows.map((row) => row[column]!)));
      const shuffled = rows.map((_, i) =>
        Object.fromEntries(columns.map((column, c) => [column, values[c]![i]!])),
      );
      await writeCsv(path, columns, shuffled);
    }
  }
}

test("the method is blind to the truth, and its files do not depend on the number of workers", async () => {
  const first = await runStudy("truth", 2);
  await shuffleTruth(regionFolder()!);
  const second = await runStudy("shuffled", 1);
  const validation = ["07-validate", "08-paper"];
  // An executed notebook holds times.
  const compared = (steps: typeof first, step: string) =>
    new Map([...steps.get(step)!].filter(([path]) => !path.startsWith("notebooks/")));
  for (const step of first.keys()) {
    if (validation.includes(step)) continue;
    assert.ok(compared(first, step).size > 0, step);
    assert.deepEqual(compared(second, step), compared(first, step), step);
  }
  for (const table of ["tables/accuracy.csv", "tables/change.csv"]) {
    const [one, other] = [first, second].map((steps) => steps.get("07-validate")!.get(table));
    assert.ok(one && other && one !== other, `${table} must follow the truth`);
  }
});
