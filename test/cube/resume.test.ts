import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createRandom } from "../../src/random.js";
import { filesOf } from "./filesOf.js";
import { writeScenes } from "./smallScenes.js";

const folder = await mkdtemp(join(tmpdir(), "resume-"));
after(() => rm(folder, { recursive: true, force: true }));
await writeScenes(folder);

const script = fileURLToPath(new URL("./buildChild.js", import.meta.url));

/** Builds in a child process that is killed after the given time; whether it came to its end. */
async function build(run: string, memory: number, kill = Number.POSITIVE_INFINITY) {
  const child = spawn(process.execPath, [script, folder, run, String(memory)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const timer = Number.isFinite(kill) ? setTimeout(() => child.kill("SIGKILL"), kill) : undefined;
  const code = await new Promise((resolve) => child.on("exit", resolve));
  clearTimeout(timer);
  if (code !== null) assert.equal(code, 0);
  return code === 0;
}

/** Kills of one run; `KILLS=30` is the long form. */
const mostKills = Number(process.env.KILLS ?? 8);

test("kills at random moments, each followed by going on, leave the same bytes as one go", async () => {
  // Blocks of one chunk row: an interrupted build has finished some and goes on with the rest.
  const small = 2_200_000;
  const begin = performance.now();
  assert.ok(await build("whole", 3e9));
  const whole = performance.now() - begin;
  const expected = await filesOf(join(folder, "whole", "cube"));
  const random = createRandom(9);
  const cube = join(folder, "cut", "cube");
  let resumed = 0;
  for (let kills = 0; kills < mostKills; ) {
    if (existsSync(cube)) resumed++;
    if (!(await build("cut", small, (0.25 + 0.7 * random.uniform()) * whole))) kills++;
    else {
      assert.deepEqual(await filesOf(cube), expected);
      await rm(cube, { recursive: true });
    }
  }
  assert.ok(await build("cut", small));
  assert.deepEqual(await filesOf(cube), expected);
  assert.ok(resumed > 1, `${resumed} builds found something to go on from`);
});
