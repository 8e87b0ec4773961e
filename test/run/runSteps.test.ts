import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { ExecuteStep } from "../../src/run/executeStep.js";
import { readRecord } from "../../src/run/record.js";
import { runSteps } from "../../src/run/runSteps.js";
import { verifyRun } from "../../src/run/verifyRun.js";
import { fakeExecutor, fakeSetting, fakeSteps, scratch, writeProducts } from "./fakeStudy.js";

/** Executes by writing a table that names the seed, and notes which steps ran. */
const noting =
  (ran: string[]): ExecuteStep =>
  async (job) => {
    ran.push(job.notebook.split("/").at(-1)!.slice(0, 2));
    await writeProducts(job, `seed\n${ran.at(-1) === "01" ? "" : job.parameters.seed}\n`);
  };

test("unchanged steps are skipped, changed ones and their followers are computed again", async () => {
  const folder = scratch();
  const root = join(folder, "run");
  const steps = fakeSteps(folder);
  const lines: string[] = [];
  const ran: string[] = [];
  const run = async (seed: number) => {
    ran.length = 0;
    const setting = await fakeSetting(root, steps, seed, lines);
    await runSteps({ ...setting, executor: fakeExecutor(noting(ran)) });
    return ran.join(" ");
  };
  assert.equal(await run(1), "01 02 03");
  assert.equal(await run(1), "");
  assert.ok(lines.includes("[2/3] 02-second unchanged, skipped"));
  assert.equal(await run(2), "02 03", "the first step does not depend on the seed");
  writeFileSync(join(root, "tables", "02.csv"), "seed\n3\n");
  assert.equal(await run(2), "02", "a changed product is made again; equal bytes stop the wave");
  const cell = { cell_type: "code", source: "other", metadata: {} };
  writeFileSync(join(folder, "03-third.ipynb"), JSON.stringify({ cells: [cell] }));
  assert.equal(await run(2), "03");
});

test("a later step that writes a file again does not make the earlier one stale", async () => {
  const folder = scratch();
  const root = join(folder, "run");
  const setting = await fakeSetting(root, fakeSteps(folder), 1, []);
  const ran: string[] = [];
  const rewriting: ExecuteStep = async (job) => {
    await noting(ran)(job);
    const shared = join(root, "tables", "shared.csv");
    if (!job.notebook.includes("02")) writeFileSync(shared, "same\n");
  };
  await runSteps({ ...setting, executor: fakeExecutor(rewriting) });
  await runSteps({ ...setting, executor: fakeExecutor(rewriting) });
  assert.deepEqual(ran, ["01", "02", "03"]);
  assert.deepEqual((await verifyRun(root)).differences, []);
});

test("a stopped run goes on with the step that was stopped and keeps what it had left", async () => {
  const folder = scratch();
  const root = join(folder, "run");
  const setting = await fakeSetting(root, fakeSteps(folder), 1, []);
  const controller = new AbortController();
  const stopping: ExecuteStep = async (job) => {
    if (!job.notebook.includes("02")) return writeProducts(job, "a\n");
    await writeProducts({ ...job, output: join(root, "notebooks", "half.ipynb") }, "half\n");
    controller.abort(new Error("stopped"));
    job.signal.throwIfAborted();
  };
  await assert.rejects(
    runSteps({ ...setting, signal: controller.signal, executor: fakeExecutor(stopping) }),
    /stopped/,
  );
  const record = await readRecord(root);
  assert.deepEqual(
    record!.steps.map(({ name, status }) => [name, status]),
    [
      ["01-first", "complete"],
      ["02-second", "started"],
    ],
  );
  assert.deepEqual((await verifyRun(root)).unfinished, ["02-second"]);
  const ran: string[] = [];
  const found: boolean[] = [];
  await runSteps({
    ...setting,
    executor: fakeExecutor(async (job) => {
      found.push(existsSync(join(root, "tables", "ha.csv")));
      await noting(ran)(job);
    }),
  });
  assert.deepEqual(
    [ran, found],
    [
      ["02", "03"],
      [true, true],
    ],
  );
});

test("leftovers of a step with other parameters are not trusted", async () => {
  const folder = scratch();
  const root = join(folder, "run");
  const steps = fakeSteps(folder);
  const failing: ExecuteStep = async (job) => {
    await writeProducts(job, "half\n");
    if (job.notebook.includes("02")) throw new Error("failed");
  };
  const first = await fakeSetting(root, steps, 1, []);
  await assert.rejects(runSteps({ ...first, executor: fakeExecutor(failing) }), /failed/);
  writeFileSync(join(root, "notes.txt"), "mine");
  const second = await fakeSetting(root, steps, 2, []);
  await runSteps({
    ...second,
    executor: fakeExecutor(async (job) => {
      assert.ok(!existsSync(join(root, "tables", "02.csv")) || job.notebook.includes("03"));
      await writeProducts(job, "whole\n");
    }),
  });
  assert.ok(existsSync(join(root, "notes.txt")), "files of the user stay");
});

test("verify finds a flipped byte and a missing file", async () => {
  const folder = scratch();
  const root = join(folder, "run");
  const setting = await fakeSetting(root, fakeSteps(folder), 1, []);
  await runSteps({ ...setting, executor: fakeExecutor(noting([])) });
  assert.deepEqual((await verifyRun(root)).differences, []);
  const table = join(root, "tables", "02.csv");
  const bytes = readFileSync(table);
  bytes[0]! ^= 1;
  writeFileSync(table, bytes);
  assert.deepEqual((await verifyRun(root)).differences, [
    { path: "tables/02.csv", problem: "has another checksum than recorded" },
  ]);
});

test("a further seed shares by link what does not depend on the seed", async () => {
  const folder = scratch();
  const root = join(folder, "run");
  const steps = fakeSteps(folder);
  const first = await fakeSetting(root, steps, 1, []);
  await runSteps({ ...first, executor: fakeExecutor(noting([])) });
  const ran: string[] = [];
  const second = await fakeSetting(join(root, "seeds", "2"), steps, 2, []);
  await runSteps({ ...second, shareFrom: root, executor: fakeExecutor(noting(ran)) });
  assert.deepEqual(ran, ["02", "03"]);
  const inode = (path: string) => statSync(join(path, "tables", "01.csv")).ino;
  assert.equal(inode(root), inode(join(root, "seeds", "2")));
  assert.deepEqual((await verifyRun(join(root, "seeds", "2"))).differences, []);
});

test("a step on its own asks for the steps before it, and a dry run computes nothing", async () => {
  const folder = scratch();
  const root = join(folder, "run");
  const steps = fakeSteps(folder).map((one, i) => ({ ...one, chosen: i === 1 }));
  const setting = await fakeSetting(root, steps, 1, []);
  await assert.rejects(
    runSteps({ ...setting, executor: fakeExecutor(noting([])) }),
    /02-second: needs 01-first/,
  );
  const lines: string[] = [];
  const dry = await fakeSetting(root, fakeSteps(folder), 1, lines);
  await runSteps({ ...dry, dryRun: true, executor: fakeExecutor(noting([])) });
  assert.equal(lines[0], "[1/3] 01-first would run (not computed yet)");
  assert.equal(existsSync(root), false);
});

test("a step on its own does not build on what another study left", async () => {
  const folder = scratch();
  const root = join(folder, "run");
  const steps = fakeSteps(folder);
  const ran: string[] = [];
  const executor = fakeExecutor(noting(ran));
  await runSteps({ ...(await fakeSetting(root, steps, 1, [])), executor });
  const last = steps.map((one, i) => ({ ...one, chosen: i === 2 }));
  await assert.rejects(
    runSteps({ ...(await fakeSetting(root, last, 7, [])), executor }),
    /03-third: needs 02-second, which was computed with another manifest, years or seed/,
  );
  const first = await readRecord(root);
  assert.equal(first!.seed, 1, "the record is as it was");
  ran.length = 0;
  await runSteps({ ...(await fakeSetting(root, last, 1, [])), code: "other", executor });
  assert.deepEqual(ran, ["03"], "other code may be tried on what is there");
});

test("what a step that no longer applies has left is removed", async () => {
  const folder = scratch();
  const root = join(folder, "run");
  const steps = fakeSteps(folder);
  const executor = fakeExecutor(noting([]));
  await runSteps({ ...(await fakeSetting(root, steps, 1, [])), executor });
  const fewer = steps.map((one, i) => (i === 2 ? { ...one, inapplicable: "one year" } : one));
  await runSteps({ ...(await fakeSetting(root, fewer, 1, [])), executor });
  assert.ok(!existsSync(join(root, "tables", "03.csv")));
  assert.deepEqual(
    (await readRecord(root))!.steps.map(({ name }) => name),
    ["01-first", "02-second"],
  );
});
