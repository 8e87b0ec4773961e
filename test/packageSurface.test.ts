import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../src/packageRoot.js";

const index = new URL("../src/index.js", import.meta.url).href;
const stored = join(packageRoot(), "test", "packageSurface.txt");

test("the names that the package exports are those that are stored", async () => {
  const names = `${Object.keys(await import(index))
    .sort()
    .join("\n")}\n`;
  if (process.env.PHENOCOVER_STORE_SURFACE) writeFileSync(stored, names);
  assert.equal(
    names,
    readFileSync(stored, "utf8"),
    "PHENOCOVER_STORE_SURFACE=1 stores the new ones",
  );
});

test("importing the package loads neither TensorFlow nor a native addon", () => {
  const program = `
    import { createRequire } from "node:module";
    await import(${JSON.stringify(index)});
    const loaded = process.report.getReport().sharedObjects.filter((path) => /\\.node$|tensorflow/.test(path));
    const cached = Object.keys(createRequire(import.meta.url).cache ?? {}).filter((path) => /tfjs/.test(path));
    console.log(JSON.stringify([...loaded, ...cached]));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", program]);
  assert.deepEqual(JSON.parse(output.toString()), []);
});
