import assert from "node:assert/strict";
import { test } from "node:test";
import { createCellChecker } from "../../src/kernel/checkCells.js";
import { checkNotebook } from "../../src/notebook/check/checkNotebook.js";
import { codeCell } from "../../src/notebook/document/cells.js";
import { notebookOf, parametersCell, text } from "./fixtures.js";

test("type errors name their cell, line and column; cells see each other as in the kernel", () => {
  const check = createCellChecker(process.cwd());
  const problems = (...cells: Parameters<typeof notebookOf>[0]) =>
    checkNotebook(notebookOf(cells, "phenocover", "typescript"), check).map(
      ({ cell, line, column, problem }) => `${cell}:${line}:${column} ${problem.split(":")[0]}`,
    );
  assert.deepEqual(
    problems(
      text("# Title"),
      parametersCell("let years: number[] = [2018]; // years"),
      codeCell(
        'import { gridFromBounds, display } from "phenocover";\nconst first = years[0];',
        [],
      ),
      "const next: number = first + 1;\nconst again = next * 2;",
      // a redeclared name, top-level await, and a use of the cell with the mistake above
      "const first = await Promise.resolve(again);\nfirst.toFixed(1);\nfirst.length;",
      'display(again); gridFromBounds("x");\nawait (first); using q = { [Symbol.dispose]() {} };',
    ),
    [
      "4:1:22 TS18048 'first' is possibly 'undefined'.",
      "5:3:7 TS2339 Property 'length' does not exist on type 'number'.",
      "6:1:17 TS2554 Expected 3-4 arguments, but got 1.",
    ],
  );
  // the next notebook knows nothing of the former one
  assert.deepEqual(problems("again;"), ["1:1:1 TS2304 Cannot find name 'again'."]);
  assert.deepEqual(problems("let a = ;"), ["1:1:9 TS1109 Expression expected."]);
  assert.deepEqual(problems(parametersCell("let a = 1;\nlet b = a * 2;")), [
    "1:2:1 b has a computed default (a * 2), expected a literal",
  ]);
});
