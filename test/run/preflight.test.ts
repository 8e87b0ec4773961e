import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { preflight } from "../../src/run/preflight.js";
import { openStudy } from "../../src/study/openStudy.js";

const folder = mkdtempSync(join(tmpdir(), "phenocover-preflight-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("checks before a run end when they are stopped, and leave nothing", async () => {
  const study = await openStudy({
    manifest: "flanders-2018",
    runDir: join(folder, "run"),
    workers: 1,
  });
  const controller = new AbortController();
  const checked = preflight(study, controller.signal);
  setTimeout(() => controller.abort(new Error("stopped")), 20);
  await assert.rejects(checked, /^Error: stopped$/);
  assert.deepEqual(readdirSync(folder), []);
});
