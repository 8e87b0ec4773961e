import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createCellChecker } from "../../src/kernel/checkCells.js";
import { CompiledCells } from "../../src/kernel/compiledCells.js";
import { FileStamps } from "../../src/kernel/fileStamps.js";
import { literalAssignments } from "../../src/kernel/literalAssignments.js";
import { TestKernel } from "./testClient.js";
import { makeProject } from "./testProject.js";

let project: string;
const kept = () => join(project, "node_modules", ".cache", "phenocover", "cells");

before(() => {
  project = makeProject();
});

after(() => {
  rmSync(project, { recursive: true });
});

/** Runs cells in a kernel of their own; gives the result, streams and error of each. */
async function run(...cells: string[]): Promise<string[]> {
  const kernel = await TestKernel.start({ cwd: project });
  try {
    const outcomes: string[] = [];
    for (const cell of cells) {
      const { published, text } = await kernel.execute(cell, { stop_on_error: false });
      const found = published.map(({ type, content }) => {
        if (type === "execute_result") return content.data["text/plain"];
        return type === "error" ? content.traceback.join("\n") : "";
      });
      outcomes.push(text("stdout") + found.join(""));
    }
    await kernel.request("shutdown_request", { restart: false }, "control");
    assert.equal(await kernel.exit, 0);
    return outcomes;
  } finally {
    await kernel.stop();
  }
}

const usesCompiler = [
  'import { createRequire } from "node:module";',
  'Object.keys(createRequire("/").cache).some((path) => path.endsWith("lib/typescript.js"))',
].join("\n");

const cells = [
  'import { display } from "phenocover";\nlet seed: number = 1;\nlet years: number[] = [];',
  "// Parameters\nseed = 4;\nyears = [2018, 2019];\n",
  "const twice = () => seed * 2;\n[typeof display, twice(), years.length]",
  'function fail() {\n  throw new Error("no scene");\n}\n\nfail();',
  "let later = (() => {\n  if (seed === 4) throw new RangeError('late');\n  return 1;\n})();",
  "later + 1",
  'const twice = "again";\nlater = 5;\nconsole.log(twice, later)',
  "for (const year of years) if (year > 2018) display(year);\nawait Promise.resolve(seed)",
];

test("a notebook that runs again gives the same, without the compiler", async () => {
  const first = await run(usesCompiler, ...cells);
  assert.equal(first[0], "true");
  assert.match(first[4]!, /In \[5\], line 2[\s\S]*Error: no scene\n[\s\S]*In \[5\]:2:9/);
  assert.match(first[6]!, /later has no value: In \[6\] failed before its line/);
  assert.equal(first[7], "again 5\n");
  const second = await run(usesCompiler, ...cells);
  assert.equal(second[0], "false");
  assert.deepEqual(second.slice(1), first.slice(1));
});

test("an edited cell or package is compiled anew, with all that follows from it", async () => {
  const uses = "const whole: number = seed;\nwhole";
  assert.deepEqual(await run("const seed = 3;", uses), ["", "3"]);
  const [, refused] = await run('const seed = "3";', uses);
  assert.match(refused!, /In \[2\]:1:7 - error TS2322/);

  const spinner = join(project, "node_modules", "spinner", "index.d.ts");
  const types = readFileSync(spinner, "utf8");
  const importing = 'import { spin } from "spinner";\nspin.name';
  assert.deepEqual(await run(importing), ["'spin'"]);
  writeFileSync(spinner, types.replace("spin:", "turn:"));
  assert.match((await run(importing))[0]!, /In \[1\]:1:10 - error TS\d+: .*'spin'/);
  writeFileSync(spinner, types);
});

test("local files count as they are now", async () => {
  const local = join(project, "local.ts");
  const uses = ['import { area } from "./local";\narea', "area + 1"];
  writeFileSync(local, "export const area: number = 7;\n");
  assert.deepEqual(await run(...uses), ["7", "8"]);
  writeFileSync(local, "export const area: number = 8;\n");
  assert.deepEqual(await run(...uses), ["8", "9"]);
  writeFileSync(local, "export const area: boolean = true;\n");
  assert.match((await run(...uses))[1]!, /In \[2\]:1:1 - error TS2365/);
});

test("a cell that is interrupted while it is compiled does not begin", async () => {
  const kernel = await TestKernel.start({ cwd: project });
  try {
    const cell = kernel.send("execute_request", {
      code: "console.log('begun');\nawait new Promise(() => {});",
      allow_stdin: false,
    });
    await kernel.find(({ type, parent }) => type === "execute_input" && parent === cell.id);
    await kernel.request("interrupt_request", {}, "control");
    const answer = await kernel.collect(cell);
    assert.equal(answer.only("error").content.ename, "KeyboardInterrupt");
    assert.equal(answer.text("stdout"), "");
  } finally {
    await kernel.stop();
  }
});

test("what is damaged or may hold a secret is not kept", async () => {
  assert.deepEqual(await run("1 + 1"), ["2"]);
  const files = readdirSync(kept()).map((name) => join(kept(), name));
  assert.ok(files.length > 2);
  for (const file of files) {
    const content = readFileSync(file);
    content[content.length >> 1]! ^= 1;
    writeFileSync(file, content);
  }
  assert.deepEqual(await run("1 + 1"), ["2"]);

  await run("let key: { of: string } = { of: '' };", '// Parameters\nkey = { of: "s3cret" };\n');
  for (const name of readdirSync(kept())) {
    assert.doesNotMatch(readFileSync(join(kept(), name), "utf8"), /s3cret/);
  }
});

test("what was not used for long is removed", async () => {
  const known = new Set<string>();
  const context = (n: number) => ({ source: `${n}`, declarations: "", known });
  const cell = { code: "", names: [], declarations: "", output: "", marks: [], localModules: [] };
  const inputs = String(new FileStamps());
  const keep = async (from: number, to: number) => {
    const cells = new CompiledCells(project, 20);
    for (let n = from; n < to; n++) cells.keep(context(n), cell, inputs);
    await cells.settled();
    await cells.settled();
  };
  rmSync(kept(), { recursive: true, force: true });
  await keep(0, 15);
  await new Promise((go) => setTimeout(go, 20));
  assert.ok(new CompiledCells(project).find(context(3)));
  await new Promise((go) => setTimeout(go, 20));
  await keep(15, 21);
  const left = new CompiledCells(project);
  const found = Array.from({ length: 21 }, (_, n) => left.find(context(n)) !== undefined);
  assert.equal(readdirSync(kept()).length, 10);
  assert.deepEqual([found[3], found[20]], [true, true]);
});

test("literals are assigned without the compiler only where it would accept them", () => {
  const types = [
    "number",
    "string",
    "boolean",
    "number[]",
    "(string | null)[]",
    '"a" | "b" | 3',
    "Record<string, string | number | boolean>",
    "string[][] | undefined",
    "{ a: number }",
    "[number, string]",
  ];
  const values = ["1", "-2.5", "NaN", '"a"', "true", "[]", "[1, 2]", '["x", null]', "undefined"];
  values.push('{ "a": 1 }', '[["x"]]', '{ "__proto__": { "a": 1 } }', "1 + 1", '[1, "x"]');
  const check = createCellChecker(project);
  let assigned = 0;
  for (const type of types) {
    const declare = `let x: ${type} = undefined as any;`;
    const declarations = `declare let x: ${type};\n`;
    const given = values.map((value) => `x = ${value};`);
    const taken = given.filter((cell) => literalAssignments(cell, declarations) !== undefined);
    const mistakes = check([declare, ...taken]);
    assert.deepEqual(mistakes.flat(), [], `${type}: ${taken.join(" ")}`);
    assigned += taken.length;
  }
  assert.equal(assigned, 3 + 1 + 1 + 2 + 2 + 1 + 1 + 3);
  assert.deepEqual(
    literalAssignments(
      '// Parameters\nx = [1, -0];\ny = "b";\n',
      'declare let x: number[];\ndeclare let y: "a" | "b";\n',
    ),
    new Map<string, unknown>([
      ["x", [1, -0]],
      ["y", "b"],
    ]),
  );
  assert.equal(literalAssignments("x = 1;", "declare const x: number;\n"), undefined);
});
