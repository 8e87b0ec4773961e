import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { codeCell } from "../../src/notebook/document/cells.js";
import type { Cell, CodeCell, Notebook, Output } from "../../src/notebook/document/notebook.js";
import { readNotebook } from "../../src/notebook/document/readNotebook.js";
import { writeNotebook } from "../../src/notebook/document/writeNotebook.js";
import { executeNotebook, type RunOptions } from "../../src/notebook/executeNotebook.js";
import { inspectNotebook } from "../../src/notebook/inspectNotebook.js";
import { CellFailed } from "../../src/notebook/run/runErrors.js";
import { packageRoot } from "../../src/packageRoot.js";
import { notebookOf, parametersCell, text } from "./fixtures.js";

// The notebooks by which papermill and nbclient are tested, in TypeScript: names as there.

const folder = mkdtempSync(join(tmpdir(), "compatibility-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string) => join(folder, `${name}.ipynb`);

const typescript = (...cells: (string | Cell)[]) => notebookOf(cells, "phenocover", "typescript");
const show = 'import { clearOutput, display } from "phenocover";\n';
const pixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";
/** Writes its own name, then waits for the other notebook's. */
const meet = (own: string, other: string) =>
  `import { existsSync, writeFileSync } from "node:fs";
writeFileSync(${JSON.stringify(join(folder, own))}, "here");
while (!existsSync(${JSON.stringify(join(folder, other))})) await new Promise((go) => setTimeout(go, 20));
console.log("${own} met ${other}");`;

const savedInterrupt = codeCell("await new Promise(() => {});", []);
savedInterrupt.outputs = [
  { output_type: "error", ename: "KeyboardInterrupt", evalue: "", traceback: ["^C"] },
];
const withoutKernel: Notebook = { ...typescript("1 + 1"), metadata: {} };
const logged: string[] = [];

const notebooks: Readonly<Record<string, readonly [Notebook, RunOptions?]>> = {
  simple_execute: [
    typescript(text("# Title"), parametersCell('let msg = "";'), "console.log(msg);"),
    { parameters: { msg: "Hello" } },
  ],
  no_parameters: [typescript("console.log(typeof msg);"), { parameters: { msg: "Hello" } }],
  broken1: [typescript("console.log('one');", "null!.x;", "console.log('never');")],
  broken2: [
    typescript(
      codeCell("1", ["papermill-error-cell-tag"]),
      `${show}display({ "text/html": "<b>first</b>" });\nthrow new RangeError("second");`,
      text("between"),
      "console.log('never');",
    ),
  ],
  sysexit: [typescript("console.log('before');\nprocess.exit(0);", "console.log('never');")],
  line_magic_error: [typescript("%notamagic", "console.log('never');")],
  read_check: [typescript("import { basename } from 'node:path';\nbasename(process.cwd())")],
  clear_output: [
    typescript(
      `${show}console.log("gone");\nclearOutput();\nconsole.log("kept");`,
      'console.log("gone");\nclearOutput({ wait: true });\ndisplay({ "text/html": "<i>kept</i>" });',
      'console.log("kept");\nclearOutput({ wait: true });',
    ),
  ],
  skip_exceptions: [
    typescript(codeCell("throw new Error('wanted');", ["raises-exception"]), "console.log('on');"),
  ],
  skip_execution: [
    typescript(
      codeCell("console.log('never');", ["skip-execution"]),
      "",
      "console.log('not skipped');",
    ),
  ],
  interrupt: [typescript("for (;;) {}", "console.log('never');"), { executionTimeout: 8 }],
  interrupt_keep: [
    typescript("await new Promise(() => {});", "console.log('on');"),
    // Long enough for a busy machine to compile the cell.
    { executionTimeout: 8, keepGoing: true },
  ],
  autokill: [typescript("process.kill(process.pid, 'SIGKILL');", "console.log('never');")],
  update_display_id: [
    typescript(
      `${show}display("above", { id: "here" });`,
      'display("below", { id: "here" });\ndisplay("world", { id: "here" });\ndisplay("own");',
    ),
  ],
  output: [
    typescript(
      `${show}console.log("out");\nconsole.error("err");\ndisplay({ "image/svg+xml": "<svg/>" });
display({ "image/png": Buffer.from("${pixel}", "base64") });\n"☃" + "😀"`,
    ),
  ],
  report_mode_test: [
    typescript(parametersCell("let a: number = 1;"), "console.log(a);"),
    { parameters: { a: 2 }, reportMode: true },
  ],
  keyboard_interrupt: [
    typescript(parametersCell("let a: number = 1;"), savedInterrupt),
    { parameters: { a: 2 }, prepareOnly: true },
  ],
  test_autosave: [
    typescript(`import { readFileSync } from "node:fs";
const saved = () => readFileSync(${JSON.stringify(path("test_autosave"))}, "utf8").includes(["turn", 0].join(" "));
for (let turn = 0; !saved(); turn++) {
  console.log("turn", turn);
  await new Promise((go) => setTimeout(go, 60));
}`),
    { autosaveEvery: 0.05, executionTimeout: 60 },
  ],
  test_logging: [
    typescript('console.log("out");\nconsole.error("err");\n"value"'),
    { logOutput: true, log: (level, message) => logged.push(`${level} ${message.trimEnd()}`) },
  ],
  blank_vscode: [withoutKernel, { kernelName: "phenocover" }],
  disable_stdin: [
    typescript(
      'import { readFileSync } from "node:fs";\nreadFileSync("/dev/stdin", "utf8").length',
      "let lines = 0;\nfor await (const _ of process.stdin) lines++;\nlines",
    ),
  ],
  sleep1s: [
    typescript("await new Promise((go) => setTimeout(go, 1000));\nperformance.now() > 1000"),
  ],
  parallel_a: [typescript(meet("a", "b"))],
  parallel_b: [typescript(meet("b", "a"))],
};

interface Result {
  readonly document: Notebook;
  readonly failure: CellFailed | undefined;
}
const results = new Map<string, Result>();

before(async () => {
  const waiting = Object.entries(notebooks);
  const work = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [name, [notebook, options]] = next;
      const failure = await executeNotebook(notebook, path(name), {
        cwd: packageRoot(),
        ...options,
      }).then(
        () => undefined,
        (error) => {
          if (error instanceof CellFailed) return error;
          throw error;
        },
      );
      results.set(name, { document: await readNotebook(path(name)), failure });
    }
  };
  // two at a time: the notebooks that wait for each other stand side by side
  await Promise.all([work(), work()]);
});

const cellsOf = (name: string) =>
  results.get(name)!.document.cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
const counts = (name: string) => cellsOf(name).map((cell) => cell.execution_count);
const status = ({ metadata }: Cell) => (metadata.papermill as { status: string }).status;
const statuses = (name: string) => cellsOf(name).map(status);
const shown = (output: Output): string =>
  output.output_type === "stream"
    ? output.text
    : output.output_type === "error"
      ? output.ename
      : Object.entries(output.data)
          .map(([type, value]) => `${type} ${value}`)
          .join("|");
const outputs = (name: string) => cellsOf(name).map((cell) => cell.outputs.map(shown));
const banners = (name: string) =>
  results
    .get(name)!
    .document.cells.flatMap((cell, at) =>
      (cell.metadata.tags as string[]).includes("papermill-error-cell-tag") ? [at] : [],
    );

test("parameters come in behind their cell, or at the top", () => {
  assert.deepEqual(outputs("simple_execute"), [[], [], ["Hello\n"]]);
  assert.deepEqual(counts("simple_execute"), [1, 2, 3]);
  const [, injected] = cellsOf("simple_execute");
  assert.equal(injected!.source, '// Parameters\nmsg = "Hello";\n');
  assert.deepEqual(outputs("no_parameters"), [[], ["string\n"]]);
});

test("types, defaults and help of a complex parameters cell are inferred", async () => {
  const source = `// Intro
let msg: string | null = null; // A message
let a: number = 2.25; // Variable a
let b: string[] = [ // a list
  "Hello", // one
  "World",
];`;
  await writeNotebook(path("complex"), typescript(parametersCell(source)));
  const declared = await inspectNotebook(path("complex"));
  assert.ok(Array.isArray(declared));
  assert.deepEqual(
    declared.map(({ name, type, help }) => [name, type, help]),
    [
      ["msg", "string | null", "A message"],
      ["a", "number", "Variable a"],
      ["b", "string[]", ""],
    ],
  );
});

test("a broken cell is In [2], marked by banners, and the rest stays pending", () => {
  const { failure } = results.get("broken1")!;
  assert.equal(failure?.executionCount, 2);
  assert.deepEqual(statuses("broken1"), ["completed", "failed", "pending"]);
  assert.deepEqual(outputs("broken1")[2], []);
  assert.deepEqual(banners("broken1"), [0, 2]);
  assert.deepEqual(outputs("broken2"), [["text/html <b>first</b>", "RangeError"], []]);
  assert.deepEqual(banners("broken2"), [0, 1]);
});

test("a cell that the compiler refuses is a failure with a line", () => {
  const { failure } = results.get("line_magic_error")!;
  assert.equal(failure?.executionCount, 1);
  assert.match(failure.message, /line_magic_error|In \[1\]/);
  assert.deepEqual(statuses("line_magic_error"), ["failed", "pending"]);
});

test("process.exit and a killed kernel are exit code 138, later cells pending", () => {
  for (const name of ["sysexit", "autokill"]) {
    assert.equal(results.get(name)!.failure?.exitCode, 138, name);
    assert.deepEqual(statuses(name), ["failed", "pending"], name);
  }
  assert.deepEqual(outputs("sysexit")[0], ["before\n", "DeadKernelError"]);
});

test("a timeout interrupts loops and waits and is always a failure", () => {
  assert.equal(results.get("interrupt")!.failure?.failure.ename, "CellTimeoutError");
  assert.deepEqual(statuses("interrupt"), ["failed", "pending"]);
  assert.deepEqual(statuses("interrupt_keep"), ["failed", "completed"]);
  assert.deepEqual(outputs("interrupt_keep")[1], ["on\n"]);
});

test("wanted exceptions, skipped and empty cells do not fail the run", () => {
  assert.equal(results.get("skip_exceptions")!.failure, undefined);
  assert.deepEqual(outputs("skip_exceptions"), [["Error"], ["on\n"]]);
  assert.equal(results.get("skip_execution")!.failure, undefined);
  assert.deepEqual(outputs("skip_execution"), [[], [], ["not skipped\n"]]);
  assert.deepEqual(counts("skip_execution"), [null, null, 1]);
});

test("outputs are cleared, now or with the next one", () => {
  assert.deepEqual(outputs("clear_output"), [["kept\n"], ["text/html <i>kept</i>"], ["kept\n"]]);
});

test("a repeated display id rewrites every output of that id", () => {
  assert.deepEqual(outputs("update_display_id"), [
    ["text/plain world"],
    ["text/plain world", "text/plain own"],
  ]);
});

test("streams, pictures and characters outside the basic plane arrive as sent", () => {
  assert.deepEqual(outputs("output"), [
    ["out\n", "err\n", "image/svg+xml <svg/>", `image/png ${pixel}`, "text/plain '☃😀'"],
  ]);
});

test("a report hides the code of every cell, the injected one too", () => {
  const hidden = cellsOf("report_mode_test").map(({ metadata }) => metadata.jupyter);
  assert.deepEqual(hidden, Array(3).fill({ source_hidden: true }));
  assert.deepEqual(outputs("report_mode_test")[2], ["2\n"]);
});

test("an error that was saved does not fail a run that only prepares", () => {
  assert.equal(results.get("keyboard_interrupt")!.failure, undefined);
  const [, injected, erring] = cellsOf("keyboard_interrupt");
  assert.equal(injected!.source, "// Parameters\na = 2;\n");
  assert.deepEqual(erring!.outputs.map(shown), ["KeyboardInterrupt"]);
});

test("a long cell is saved while it runs, with what it has printed", () => {
  assert.equal(results.get("test_autosave")!.failure, undefined);
  assert.match(outputs("test_autosave")[0]![0]!, /^turn 0\n/);
});

test("streams and values of cells reach the log with papermill's levels", () => {
  const own = logged.filter((line) => /out|err|value/.test(line) && !/Notebook/.test(line));
  assert.deepEqual(own, ["INFO out", "WARNING err", "INFO 'value'"]);
  assert.match(logged.join("\n"), /INFO Executing Cell 1-+\n[\s\S]*INFO Ending Cell 1-+/);
});

test("a notebook that names no kernel runs in the one that is asked for", () => {
  assert.deepEqual(outputs("blank_vscode"), [["text/plain 2"]]);
});

test("a notebook of nbformat 4.4 becomes one of 4.5 with ids", async () => {
  const { cells, metadata } = typescript("1 + 1");
  const [{ id, ...cell }] = cells as [CodeCell];
  const old = { cells: [cell], metadata, nbformat: 4, nbformat_minor: 4 };
  writeFileSync(path("nb_version_4.4"), JSON.stringify(old));
  const done = await executeNotebook(path("nb_version_4.4"), null, { cwd: packageRoot() });
  assert.equal(done.nbformat_minor, 5);
  assert.match(done.cells[0]!.id, /^[\w-]{1,64}$/);
  assert.deepEqual((done.cells[0] as CodeCell).outputs.map(shown), ["text/plain 2"]);
});

test("a cell that reads standard input finds its end at once", () => {
  assert.deepEqual(outputs("disable_stdin"), [["text/plain 0"], ["text/plain 0"]]);
});

test("the time of a cell is the time that it took", () => {
  const [cell] = cellsOf("sleep1s");
  const { duration } = cell!.metadata.papermill as { duration: number };
  assert.ok(duration >= 1);
  assert.deepEqual(outputs("sleep1s"), [["text/plain true"]]);
});

test("the working folder is the project's; two notebooks run side by side", () => {
  assert.deepEqual(outputs("read_check"), [[`text/plain '${packageRoot().split("/").at(-1)}'`]]);
  assert.deepEqual(outputs("parallel_a"), [["a met b\n"]]);
  assert.deepEqual(outputs("parallel_b"), [["b met a\n"]]);
});
