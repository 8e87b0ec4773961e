import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { notebookProblems } from "../../src/notebook/document/schema.js";
import { writeNotebook } from "../../src/notebook/document/writeNotebook.js";
import { createRandom } from "../../src/random.js";
import { load, notebookOf, scratch } from "./fixtures.js";

const MOMENTS = 50;
const AT_A_TIME = 5;
/** The runner is killed within this time after its first saves, in milliseconds. */
const LATEST = 800;

const { folder, path, remove } = scratch();
after(remove);

const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));

test("a runner that is killed at any moment leaves a valid notebook", async (t) => {
  // more cells than are done in the time, so that every moment lies within the run
  const cells = Array.from({ length: 600 }, (_, n) => `print ${n}\nlines 20\nshow text/html <b>`);
  const input = path("in.ipynb");
  await writeNotebook(input, notebookOf(cells));
  const random = createRandom(50);
  const moments = Array.from({ length: MOMENTS }, () => random.uniform() * LATEST);
  const finished: number[] = [];

  const killAt = async (moment: number, n: number): Promise<void> => {
    const output = path(`killed-${n}.ipynb`);
    const runner = spawn(process.execPath, [main, "run", input, output, "--no-progress-bar"], {
      stdio: "ignore",
      // what a killed process leaves goes with the folder
      env: { ...process.env, TMPDIR: folder },
    });
    const ended = once(runner, "exit");
    // some die while the kernel starts, most between cells and in them
    const begun = () =>
      existsSync(output) && (n % 5 === 0 || readFileSync(output, "utf8").includes("completed"));
    while (!begun()) await sleep(2);
    await sleep(moment);
    runner.kill("SIGKILL");
    assert.deepEqual(await ended, [null, "SIGKILL"]);
    const saved = load(output);
    assert.deepEqual(notebookProblems(saved), [], `after ${moment} ms`);
    assert.equal(saved.nbformat_minor, 5);
    const states = saved.cells.map((cell: typeof saved) => cell.metadata.papermill.status);
    const done = states.lastIndexOf("completed") + 1;
    assert.ok(states.slice(0, done).every((state: string) => state === "completed"));
    assert.ok(states.slice(done + 1).every((state: string) => state === "pending"));
    finished.push(done);
  };
  const work = async (): Promise<void> => {
    for (let moment = moments.pop(); moment !== undefined; moment = moments.pop()) {
      await killAt(moment, moments.length);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  t.diagnostic(`${MOMENTS} moments, after ${finished.sort((a, b) => a - b).join(" ")} cells`);
});
