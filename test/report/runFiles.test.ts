import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { runFiles } from "../../src/report/runFiles.js";

test("the files of a run are its own; a run inside it shows its report", () => {
  const root = mkdtempSync(join(tmpdir(), "phenocover-files-"));
  const files = ["run.json", "run.lock", "report.html", "maps/forest/2018.tif", "cube/c/0.1.part"];
  for (const seed of ["seeds/2", "seeds/3"]) {
    files.push(`${seed}/run.json`, `${seed}/report.html`, `${seed}/maps/forest/2018.tif`);
  }
  for (const path of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), "");
  }
  assert.deepEqual(runFiles(root), [
    "maps/forest/2018.tif",
    "run.json",
    "seeds/2/report.html",
    "seeds/3/report.html",
  ]);
  rmSync(root, { recursive: true });
});
