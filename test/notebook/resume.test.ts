import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { codeCell } from "../../src/notebook/document/cells.js";
import type { Cell, Notebook } from "../../src/notebook/document/notebook.js";
import { readNotebook } from "../../src/notebook/document/readNotebook.js";
import { executeNotebook, type RunOptions } from "../../src/notebook/executeNotebook.js";
import { requireNames } from "../../src/notebook/run/names/requireNames.js";
import { typeScriptNames } from "../../src/notebook/run/names/typescriptNames.js";
import { CellFailed } from "../../src/notebook/run/runErrors.js";
import { load, notebookOf, parametersCell, scratch } from "./fixtures.js";

const { path, remove } = scratch();
after(remove);

const output = path("out.ipynb");
const input = path("input.csv");

/** Three steps; the second fails while `flaw` is in its cell. */
const steps = (flaw: string): Notebook => {
  const notebook = notebookOf([
    parametersCell('table = ""'),
    codeCell("print setup", ["setup"]),
    codeCell("print one", ["checkpoint"]),
    "print two",
    codeCell(flaw, ["checkpoint"]),
    "print three",
  ]);
  notebook.cells.forEach((cell, index) => {
    cell.id = `cell-${index}`;
  });
  return notebook;
};

/** Executes and tells which cells ran. */
async function run(notebook: Notebook, options: RunOptions = {}): Promise<string[]> {
  const ran: string[] = [];
  await executeNotebook(notebook, output, {
    parameters: { table: input },
    ...options,
    hooks: { onCellStart: ({ source }) => void ran.push(source.split("\n")[0]!) },
  }).catch((error) => {
    if (!(error instanceof CellFailed)) throw error;
    ran.push("failed");
  });
  return ran;
}

const status = () =>
  load(output).cells.flatMap((cell: { metadata: { papermill?: { status: string } } }) =>
    cell.metadata.papermill ? [cell.metadata.papermill.status] : [],
  );

test("a failed run goes on at its failing step unless something changed", async () => {
  writeFileSync(input, "1");
  const flawed = steps("error E x");
  assert.deepEqual(await run(flawed, { resume: true }), [
    ...['table = ""', "# Parameters", "print setup", "print one", "print two", "error E x"],
    "failed",
  ]);
  const again = [
    'table = ""',
    "# Parameters",
    "print setup",
    "print two",
    "print fixed",
    "print three",
  ];
  const fixed = steps("print fixed");
  assert.deepEqual(await run(fixed, { resume: true }), again);
  const document = load(output);
  assert.deepEqual(status(), Array(7).fill("completed"));
  assert.deepEqual(document.cells[3].outputs[0].text, ["one\n"]);
  assert.equal(document.metadata.papermill.exception, null);

  // all steps are finished: nothing runs, the output stays
  const before = await readNotebook(output);
  assert.deepEqual(await run(fixed, { resume: true }), []);
  assert.deepEqual(await readNotebook(output), before);

  const everything = [...again.slice(0, 3), "print one", ...again.slice(3)];
  const log: string[] = [];
  const resumed = (notebook: Notebook, options: RunOptions = {}) =>
    run(notebook, { resume: true, log: (_, message) => void log.push(message), ...options });
  writeFileSync(input, "2");
  assert.deepEqual(await resumed(fixed), everything);
  assert.ok(log.some((line) => /^Resuming at cell 1: .*input\.csv changed$/.test(line)));
  assert.deepEqual(await resumed(fixed, { parameters: { table: "other" } }), everything);
  assert.ok(log.some((line) => /parameter table changed$/.test(line)));
  await run(fixed);
  const edited = steps("print fixed");
  edited.cells[3]!.source = "print edited";
  assert.deepEqual(
    await resumed(edited),
    again.map((line) => (line === "print two" ? "print edited" : line)),
  );
  assert.ok(log.includes("Resuming at cell 5: cell 5 was edited"));
  rmSync(input);
});

test("a cell that reads a name of a skipped cell is refused by both names", () => {
  const cells: [string, boolean][] = [
    ["let kept = 1;", false],
    ["const model = { kept }; interface Row { a: number }\nfunction f() { return inner; }", true],
    ["const { a: first, b: [second] } = await import('x'); import y from 'y';", true],
    ["let own = (model: number) => model + kept; ({ model: 1 }).model; own.second;", false],
  ];
  const notebook = notebookOf(
    cells.map(([source]) => source),
    "phenocover",
    "typescript",
  );
  const check = (last: string) => {
    const all = [...notebook.cells, codeCell(last, [])];
    const skipped = new Set<Cell>(notebook.cells.filter((_, i) => cells[i]![1]));
    const names = all.map(({ source }) => typeScriptNames(source));
    requireNames("n.ipynb", { ...notebook, cells: all }, skipped, names);
  };
  check("let model = 2; console.log(model, kept, own, undeclared);");
  for (const [last, name, cell] of [
    ["model.kept;", "model", 2],
    ["const again = { model };", "model", 2],
    ["let row: Row;", "Row", 2],
    ["() => { f(); }", "f", 2],
    ["[second]", "second", 3],
    ["y()", "y", 3],
  ] as const) {
    assert.throws(
      () => check(last),
      new RegExp(`n\\.ipynb, cell 5: reads ${name}, which only the skipped cell ${cell} declares`),
    );
  }
  for (const last of ["inner", "first", "a"]) {
    if (last === "first") assert.throws(() => check(last), /reads first/);
    else check(last);
  }
});
