import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { takeParameters } from "../../src/cli/runArguments.js";

test("parameters come out in papermill's precedence, the rest stays", () => {
  const file = join(mkdtempSync(join(tmpdir(), "phenocover-arguments-")), "p.yaml");
  writeFileSync(file, "a: file\nb: file\nc: file\nd: file\ndate: 2019-01-01\n");
  const base64 = Buffer.from("a: base64\ne: base64").toString("base64");
  const { parameters, rest } = takeParameters([
    ...["-r", "d", "1", "in.ipynb", "-p", "c", "-3", "-p", "d", "2", "-y", "{b: yaml, c: yaml}"],
    ...["-f", file, `--parameters_base64=${base64}`, "--cwd", "x", "out.ipynb"],
  ]);
  assert.deepEqual(
    { ...parameters },
    { a: "file", e: "base64", b: "yaml", c: -3, d: "1", date: "2019-01-01" },
  );
  assert.deepEqual(rest, ["in.ipynb", "--cwd", "x", "out.ipynb"]);
  assert.throws(() => takeParameters(["-p", "a"]), /-p: a needs a value/);
});
