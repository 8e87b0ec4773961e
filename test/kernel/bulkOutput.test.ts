import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { executeNotebook } from "../../src/index.js";
import { installKernelSpec } from "../../src/kernel/kernelSpec.js";
import type { CodeCell } from "../../src/notebook/document/notebook.js";
import { packageRoot } from "../../src/packageRoot.js";

const lineCount = 1_000_000;
const htmlLength = 20_000_000;
const cells = [
  `for (let line = 0; line < ${lineCount}; line++) console.log("line", line);`,
  `import { display } from "phenocover";\ndisplay({ "text/html": "x".repeat(${htmlLength}) });`,
  `console.log("before");
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
console.log("after");`,
];
const notebook = {
  cells: cells.map((source, n) => ({
    cell_type: "code",
    id: `cell-${n}`,
    metadata: {},
    source,
    outputs: [],
    execution_count: null,
  })),
  metadata: {
    kernelspec: { name: "phenocover", display_name: "TypeScript", language: "typescript" },
  },
  nbformat: 4,
  nbformat_minor: 5,
};

const expected = {
  lines: sha256(Array.from({ length: lineCount }, (_, line) => `line ${line}\n`).join("")),
  html: [htmlLength],
  blocked: "before\nafter\n",
};

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

let folder: string;
let input: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "bulk-"));
  input = join(folder, "in.ipynb");
  writeFileSync(input, JSON.stringify(notebook));
  await installKernelSpec(join(folder, "kernels", "phenocover"));
});

after(() => rmSync(folder, { recursive: true }));

const python = join(packageRoot(), ".cache", "peers", "notebook", "bin", "python");
const skip = existsSync(python) ? false : "no papermill in .cache/peers/notebook: make peers";

// The clients wait most of the time, so they run side by side.
test("a million lines, 20 MB of HTML and output around a blocked thread arrive", {
  concurrency: true,
}, async (t) => {
  await Promise.all([
    t.test("in our runner", async () => {
      process.env.JUPYTER_PATH = folder;
      const done = await executeNotebook(input, join(folder, "ours.ipynb"), { cwd: packageRoot() });
      const [lines, html, blocked] = done.cells as CodeCell[];
      const text = (cell: CodeCell) =>
        cell.outputs.map((output) => (output.output_type === "stream" ? output.text : "")).join("");
      const lengths = html!.outputs.map((output) =>
        "data" in output ? String(output.data["text/html"]).length : -1,
      );
      const seen = { lines: sha256(text(lines!)), html: lengths, blocked: text(blocked!) };
      assert.deepEqual(seen, expected);
      const { duration } = lines!.metadata.papermill as { duration: number };
      t.diagnostic(`our runner: the lines took ${duration.toFixed(2)} s`);
    }),
    ...["nbclient", "papermill"].map((client) =>
      t.test(`in ${client}`, { skip }, async () => {
        const script = join(packageRoot(), "test", "kernel", "bulkOutput.py");
        const run = [script, client, input, join(folder, `${client}.ipynb`)];
        const { stdout } = await promisify(execFile)(python, run, {
          cwd: packageRoot(),
          env: { ...process.env, JUPYTER_PATH: folder },
        });
        const { seconds, ...seen } = JSON.parse(stdout);
        assert.deepEqual(seen, expected);
        t.diagnostic(`${client}: the notebook took ${seconds} s`);
      }),
    ),
  ]);
});
