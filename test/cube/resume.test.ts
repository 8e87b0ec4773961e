import assert from "node:assert/strict";
import { fork } from "node:child_process";
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

/** Builds in a child process that is killed at the given share of the work; whether it came to its end. */
async function build(run: string, memory: number, killAt = Number.POSITIVE_INFINITY) {
  const child = fork(script, [folder, run, String(memory)]);
  child.on("message", (share: number) => {
    if (share >= killAt) child.kill("SIGKILL");
  });
  const code = await new Promise((resolve) => child.on("exit", resolve));
  if (code !== null) assert.equal(code, 0);
  return code === 0;
}

/** Kills of one run; `KILLS=30` is the long form. */
const kills = Number(process.env.KILLS ?? 8);

test("kills at random moments, each followed by going on, leave the same bytes as one go", async () => {
  // Blocks of one chunk row: an interrupted build has finished some and goes on with the rest.
  const small = 2_200_000;
  assert.ok(await build("whole", 3e9));
  const expected = await filesOf(join(folder, "whole", "cube"));
  const random = createRandom(9);
  const cube = join(folder, "cut", "cube");
  let killed = 0;
  let resumed = 0;
  for (let attempt = 0; attempt < kills; attempt++) {
    if (existsSync(cube)) resumed++;
    if (!(await build("cut", small, random.uniform()))) killed++;
    else {
      assert.deepEqual(await filesOf(cube), expected);
      await rm(cube, { recursive: true });
    }
  }
  assert.ok(await build("cut", small));
  assert.deepEqual(await filesOf(cube), expected);
  assert.ok(killed > kills / 2 && resumed > 1, `${killed} kills, ${resumed} builds went on`);
});
