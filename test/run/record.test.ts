import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { homedir, hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { writeFileAtomic } from "../../src/files/atomic.js";
import { readManifest } from "../../src/manifest/readManifest.js";
import { packageRoot } from "../../src/packageRoot.js";
import { canonicalJson } from "../../src/run/checksum.js";
import { compareTables } from "../../src/run/compareRuns.js";
import { readInputs } from "../../src/run/inputs.js";
import { describeMachine } from "../../src/run/machine.js";
import { portableManifest, portablePath } from "../../src/run/portableManifest.js";
import { createProgressLine } from "../../src/run/progressLine.js";
import { summariseRun, summaryTable } from "../../src/run/summary.js";

const manifests = join(packageRoot(), "data-manifests");

test("what is recorded names no folder, user or machine", async () => {
  const manifest = readManifest("slovenia");
  const inputs = await readInputs(manifest, manifests);
  const text = JSON.stringify([portableManifest(manifest, manifests), inputs, describeMachine()]);
  for (const secret of [packageRoot(), homedir(), hostname(), tmpdir()]) {
    assert.ok(!text.includes(secret), secret);
  }
  assert.ok(userInfo().username !== "" && !text.includes("/home/"));
  assert.equal(inputs.length, 2 * 68 + 1);
  assert.deepEqual(
    inputs.filter(({ role }) => role === "reference"),
    [],
    "a file that is labels and reference belongs to the study",
  );
  assert.equal(portablePath("/somewhere/map.tif", manifests), "map.tif");
});

test("equal values have equal text whatever the order of their keys", () => {
  assert.equal(canonicalJson({ b: [1, { d: 1, c: 2 }], a: 1 }), '{"a":1,"b":[1,{"c":2,"d":1}]}');
});

test("the summary shows agreement with intervals, accuracy and change recall of every model", async () => {
  const root = mkdtempSync(join(tmpdir(), "phenocover-tables-"));
  mkdirSync(join(root, "tables"));
  const header = "model,from,to,class,measure,value,low,high\n";
  writeFileSync(
    join(root, "tables", "agreement.csv"),
    `${header}multi-year,2018,2019,all,agreement,0.9,0.88,0.92\nmulti-year,2018,2019,Grass,dice,0.5,0.4,0.6\nforest,2018,2019,all,agreement,0.8,,\n`,
  );
  await writeFileAtomic(
    join(root, "tables", "accuracy.csv"),
    "model,year,reference,class,measure,value,low,high\nmulti-year,2018,truth,all,overall,0.85,0.8,0.9\n",
  );
  const summary = await summariseRun(root);
  const [title = "", first = "", second = ""] = summaryTable([summary]).split("\n");
  assert.match(title, /model +agreement 2018-2019 +accuracy 2018/);
  assert.match(first, /multi-year +0\.900 \[0\.880-0\.920\] +0\.850/);
  assert.match(second, /forest +0\.800 +-$/);
  const rows = await compareTables([root, root], true);
  assert.deepEqual(rows[1]?.values, [0.5, 0.5]);
});

test("a log shows the last full line of output without colours", () => {
  const lines: string[] = [];
  const progress = createProgressLine({ write: (text) => lines.push(text) });
  progress.begin("04-train", 4, 8);
  progress.cell(2, 9);
  progress.output("epoch 1\nepo");
  progress.output("ch 2\r\u001b[31mepoch 3\u001b[0m\n");
  progress.end("done");
  progress.close();
  assert.deepEqual(lines, ["[4/8] 04-train 0:00\n", "done\n"]);
});
