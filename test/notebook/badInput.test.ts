import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { formatNotebook } from "../../src/notebook/document/writeNotebook.js";
import { notebookOf, parametersCell, scratch } from "./fixtures.js";

const { folder, path, remove } = scratch();
after(remove);

const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const run = (...args: string[]) =>
  spawnSync(process.execPath, [main, "run", ...args, "--no-progress-bar"], {
    cwd: folder,
    encoding: "utf8",
  });
const typescript = (parameters: string) =>
  formatNotebook(notebookOf([parametersCell(parameters), "1"], "phenocover", "typescript"));

const good = typescript("let bands: string[] = []; // names of bands\nlet seed: number = 1;");

// Papermill, too, ends with 1 for whatever is wrong before a cell runs.
for (const [what, content, args, words] of [
  ["no JSON", "{", ["out.ipynb"], /in\.ipynb: is not JSON/],
  ["nbformat 3", '{"nbformat": 3, "worksheets": []}', ["out.ipynb"], /nbformat 3, expected 4/],
  [
    "a kernel that is missing",
    good,
    ["out.ipynb", "-k", "absent"],
    /no kernel named 'absent' is installed/,
  ],
  ["an output that cannot be", good, ["in.ipynb/out.ipynb"], /its folder cannot be written/],
  [
    "a derived default",
    typescript("let a: number = 1;\nlet b: number = a * 2;"),
    ["out.ipynb"],
    /in\.ipynb: parameters cell, line 2: b has a computed default/,
  ],
  [
    "a parameter of the wrong type",
    good,
    ["out.ipynb", "-p", "seed", "many"],
    /parameter seed: .*number/,
  ],
  ["a parameter that is unknown", good, ["out.ipynb", "-p", "sed", "1"], /parameter sed: /],
] as const) {
  test(`${what} is one clear line and exit code 1; the input stays as it is`, () => {
    writeFileSync(path("in.ipynb"), content);
    const { status, stderr } = run("in.ipynb", ...args);
    assert.equal(status, 1, stderr);
    const lines = stderr.split("\n").filter((line) => line.startsWith("phenocover: "));
    assert.equal(lines.length, 1, stderr);
    assert.match(lines[0]!, words);
    assert.ok(!stderr.includes("    at "), stderr);
    assert.equal(readFileSync(path("in.ipynb"), "utf8"), content);
    assert.ok(!existsSync(path("out.ipynb")));
  });
}

test("--help-notebook shows which types are right", () => {
  writeFileSync(path("in.ipynb"), good);
  const { status, stdout } = run("in.ipynb", "--help-notebook");
  assert.equal(status, 0);
  assert.match(stdout, /bands: string\[\] \(default \[\]\)\s+names of bands/);
  assert.match(stdout, /seed: number \(default 1\)/);
});
