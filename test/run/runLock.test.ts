import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { UsageError } from "../../src/errors.js";
import { lockRun } from "../../src/run/runLock.js";
import { scratch } from "./fakeStudy.js";

test("a run folder is held by one run at a time and freed at its end", async () => {
  const root = scratch();
  const free = await lockRun(root);
  await assert.rejects(lockRun(root), (error: unknown) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.problem, new RegExp(`^process ${process.pid} on `));
    return true;
  });
  await free();
  assert.ok(!existsSync(join(root, "run.lock")));
  await (await lockRun(root))();
});

test("the lock of a process that is gone is taken over, that of another machine is not", async () => {
  const root = scratch();
  const { pid: gone } = spawnSync(process.execPath, ["-e", ""]);
  const heldBy = (host: string) =>
    writeFileSync(join(root, "run.lock"), JSON.stringify({ process: gone, host }));
  heldBy(hostname());
  await (await lockRun(root))();
  heldBy("another-machine");
  await assert.rejects(lockRun(root), /process \d+ on another-machine is writing this run/);
});
