import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { type CellOutputs, cellOutputs, type MimeBundle } from "../src/display.js";
import { printProgress } from "../src/progress.js";

const host = globalThis as { [cellOutputs]?: CellOutputs };

afterEach(() => {
  delete host[cellOutputs];
  mock.restoreAll();
});

test("elsewhere progress is lines, at least a step apart", () => {
  const lines: unknown[] = [];
  mock.method(process.stdout, "write", (text: string) => lines.push(text) > 0);
  const report = printProgress("training", 0.5);
  for (const done of [0, 1, 5, 9, 10]) report(done, 10, done === 5 ? "epoch <2>" : undefined);
  mock.restoreAll();
  assert.deepEqual(lines, ["training 0 %\n", "training 50 % (epoch <2>)\n", "training 100 %\n"]);
});

test("in a notebook it is one bar that moves in place", () => {
  const shown: { bundle: MimeBundle; id: string | undefined }[] = [];
  host[cellOutputs] = {
    show: (value, id) => shown.push({ bundle: value as MimeBundle, id }),
    clear() {},
  };
  const first = printProgress("training", 0.5);
  for (let done = 0; done <= 1000; done++) first(done, 1000, "epoch <2>");
  printProgress("mapping")(1, 1);
  assert.equal(shown.length, 101 + 1);
  assert.equal(new Set(shown.map(({ id }) => id)).size, 2);
  assert.deepEqual(shown[50]!.bundle, {
    "text/html":
      '<div>training <progress max="100" value="50"></progress> 50 % (epoch &lt;2&gt;)</div>',
    "text/plain": "training 50 % (epoch <2>)",
  });
});
