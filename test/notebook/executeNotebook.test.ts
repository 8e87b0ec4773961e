import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { codeCell } from "../../src/notebook/document/cells.js";
import { notebookProblems } from "../../src/notebook/document/schema.js";
import { executeNotebook } from "../../src/notebook/executeNotebook.js";
import { CellFailed } from "../../src/notebook/run/runErrors.js";
import { load, notebookOf, parametersCell, scratch, text } from "./fixtures.js";

const { path, folder, remove } = scratch();
after(remove);

// biome-ignore lint/suspicious/noExplicitAny: cells of a plain JSON document
const states = (document: any) =>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  document.cells.map((cell: any) => {
    const record = cell.metadata.papermill;
    return record ? `${record.status} ${record.exception}` : cell.metadata.tags[0];
  });

test("a run writes papermill's metadata, outputs and timings", async () => {
  const output = path("deep/er/out.ipynb");
  const seen: string[] = [];
  await executeNotebook(
    notebookOf([text("# Title"), parametersCell("a = 1"), "print hello\nprint world"]),
    output,
    {
      parameters: { a: 2 },
      hooks: {
        onCellStart: (_, index, total) => void seen.push(`start ${index} of ${total}`),
        onOutput: (_, index, item) =>
          void seen.push(`${index}: ${item.output_type === "stream" ? item.text : ""}`),
      },
    },
  );
  const document = load(output);
  assert.deepEqual(notebookProblems(document), []);
  assert.deepEqual(Object.keys(document.metadata.papermill), [
    "default_parameters",
    "duration",
    "end_time",
    "environment_variables",
    "exception",
    "input_path",
    "output_path",
    "parameters",
    "start_time",
    "version",
  ]);
  assert.equal(document.metadata.papermill.output_path, "out.ipynb");
  assert.deepEqual(document.metadata.papermill.parameters, { a: 2 });
  assert.match(document.metadata.papermill.start_time, /^\d{4}-.*\.\d{6}\+00:00$/);
  assert.deepEqual(states(document), Array(4).fill("completed false"));
  const [, , injected, last] = document.cells;
  assert.deepEqual(injected.metadata.tags, ["injected-parameters"]);
  assert.deepEqual(injected.source, ["# Parameters\n", "a = 2\n"]);
  assert.equal(last.execution_count, 3);
  assert.deepEqual(last.outputs[0].text, ["hello\n", "world\n"]);
  assert.deepEqual(Object.keys(last.metadata.execution), [
    "iopub.execute_input",
    "iopub.status.busy",
    "iopub.status.idle",
    "shell.execute_reply",
  ]);
  assert.deepEqual(seen, [
    "start 0 of 4",
    "start 1 of 4",
    "start 2 of 4",
    "start 3 of 4",
    "3: hello\n",
    "3: world\n",
  ]);
});

test("a failed cell is marked, later cells stay pending, the next run removes the marks", async () => {
  const output = path("failed.ipynb");
  const notebook = notebookOf([
    "print one",
    "show text/html <b>\nerror ValueError bad",
    "print no",
  ]);
  await assert.rejects(executeNotebook(notebook, output), (error) => {
    assert.ok(error instanceof CellFailed);
    assert.equal(error.exitCode, 1);
    assert.equal(
      error.report,
      `\n${"-".repeat(75)}\nException encountered at "In [2]":\nValueError: bad\n`,
    );
    return true;
  });
  const document = load(output);
  assert.deepEqual(notebookProblems(document), []);
  assert.deepEqual(states(document), [
    "papermill-error-cell-tag",
    "completed false",
    "papermill-error-cell-tag",
    "failed true",
    "pending null",
  ]);
  assert.match(
    document.cells[0].source.join(""),
    /'<a href="#papermill-error-cell">In \[2\]<\/a>'/,
  );
  assert.equal(document.metadata.papermill.exception, true);
  assert.deepEqual(
    document.cells[3].outputs.map((item: { output_type: string }) => item.output_type),
    ["display_data", "error"],
  );
  assert.deepEqual(document.cells[4].outputs, []);

  document.cells[3].source = "print repaired";
  writeFileSync(path("again.ipynb"), JSON.stringify(document));
  await executeNotebook(path("again.ipynb"), path("again-out.ipynb"));
  assert.deepEqual(states(load(path("again-out.ipynb"))), Array(3).fill("completed false"));
});

test("a killed kernel is exit code 138 and leaves later cells pending", async () => {
  const output = path("dead.ipynb");
  await assert.rejects(
    executeNotebook(notebookOf(["print before\ndie", "print after"]), output),
    (error) =>
      error instanceof CellFailed && error.exitCode === 138 && /SIGKILL/.test(error.message),
  );
  const document = load(output);
  assert.deepEqual(states(document).slice(2), ["failed true", "pending null"]);
  // What a dying kernel had printed arrives only if its socket was faster than its death.
  for (const output of document.cells[2].outputs) {
    if (output.output_type === "stream") assert.deepEqual(output.text, ["before\n"]);
  }
});

test("a timeout interrupts the cell and is a failure", async () => {
  const output = path("timeout.ipynb");
  await assert.rejects(
    executeNotebook(notebookOf(["sleep 60000", "print after"]), output, { executionTimeout: 0.2 }),
    (error) => error instanceof CellFailed && error.failure.ename === "CellTimeoutError",
  );
  assert.deepEqual(states(load(output)).slice(2), ["failed true", "pending null"]);
});

test("a stop request ends the cell and saves what there is", async () => {
  const stop = new AbortController();
  const output = path("stopped.ipynb");
  const run = executeNotebook(notebookOf(["print x\nsleep 60000", "print after"]), output, {
    signal: stop.signal,
    hooks: { onOutput: () => stop.abort() },
  });
  await assert.rejects(run, /Interrupted/);
  const document = load(output);
  assert.deepEqual(states(document).slice(2), ["failed true", "pending null"]);
  assert.deepEqual(document.cells[2].outputs[0].text, ["x\n"]);
});

test("aborted cells count as failures, raises-exception ones as successes", async () => {
  const allowed = codeCell("error ValueError wanted", ["raises-exception"]);
  const notebook = await executeNotebook(notebookOf([allowed, "print on"]), null);
  assert.equal(
    notebook.metadata.papermill && states(notebook).join(),
    "completed false,completed false",
  );
  await assert.rejects(executeNotebook(notebookOf(["abort"]), null), /CellAborted/);
});

test("keepGoing executes the cells after a failed one", async () => {
  const output = path("keep-going.ipynb");
  const run = executeNotebook(notebookOf(["error E x", "print on"]), output, { keepGoing: true });
  await assert.rejects(run, CellFailed);
  assert.deepEqual(states(load(output)).slice(2), ["failed true", "completed false"]);
});

test("20 000 messages of one cell arrive complete and in order", async () => {
  const notebook = await executeNotebook(notebookOf(["lines 20000"]), null);
  const [cell] = notebook.cells;
  assert.ok(cell?.cell_type === "code" && cell.outputs.length === 1);
  const [stream] = cell.outputs;
  assert.ok(stream?.output_type === "stream");
  assert.equal(stream.text, Array.from({ length: 20000 }, (_, i) => `${i}\n`).join(""));
});

test("a display id rewrites earlier outputs, carriage returns keep the last writing", async () => {
  const notebook = await executeNotebook(
    notebookOf([
      "show text/plain#p 1 %",
      "show text/plain#p 9 %",
      'write "10 %\\r90 %\\rdone\\r\\nx"',
    ]),
    null,
  );
  const data = notebook.cells.map((cell) => cell.cell_type === "code" && cell.outputs[0]);
  assert.deepEqual(
    data.slice(0, 2).map((output) => output && "data" in output && output.data["text/plain"]),
    ["9 %", "9 %"],
  );
  assert.ok(data[2] && data[2].output_type === "stream");
  assert.equal(data[2].text, "done\r\nx");
});

test("the output is a valid notebook at every moment, under its name only when complete", async () => {
  const output = path("live/out.ipynb");
  const states: string[] = [];
  await executeNotebook(notebookOf(["print 1", "print 2"]), output, {
    hooks: {
      onCellStart: () => {
        const document = load(output);
        assert.deepEqual(notebookProblems(document), []);
        states.push(document.cells[0].metadata.papermill.status);
      },
    },
  });
  assert.deepEqual(states, ["running", "completed"]);
  assert.deepEqual(readdirSync(path("live")), ["out.ipynb"]);
});

test("values that JSON lacks stay valid JSON in the metadata", async () => {
  const output = path("nan.ipynb");
  await executeNotebook(notebookOf([parametersCell("x = 1\ny = 2")]), output, {
    parameters: { x: Number.NaN, y: Number.NEGATIVE_INFINITY },
  });
  const document = load(output);
  assert.deepEqual(document.metadata.papermill.parameters, { x: "NaN", y: "-Infinity" });
  assert.deepEqual(document.cells[1].source.slice(1), [
    "x = float('nan')\n",
    "y = float('-inf')\n",
  ]);
});

test("secrets reach the kernel and never the output", async () => {
  const output = path("secret.ipynb");
  const notebook = notebookOf([
    parametersCell('api_token = ""\nprint = ""'),
    "print the token is sesame-open-7",
  ]);
  await executeNotebook(notebook, output, { parameters: { api_token: "sesame-open-7" } });
  // The second cell's own source holds the word; what the run adds must not.
  const [, injected, printing] = load(output).cells;
  assert.equal(printing.outputs[0].text.join(""), "the token is ********\n");
  assert.match(injected.source.join(""), /api_token = "\*{8}"/);
  assert.equal(load(output).metadata.papermill.parameters.api_token, "********");
});

test("cells are chosen by tag and position; parameters always run", async () => {
  const slow = codeCell("print slow", ["slow"]);
  const notebook = notebookOf([parametersCell("print p"), slow, "print last"]);
  const skipped = await executeNotebook(notebook, null, { skipTags: ["slow"] });
  assert.deepEqual(
    skipped.cells.map((cell) => (cell.metadata.papermill as { status: string }).status),
    ["completed", "skipped", "completed"],
  );
  const late = await executeNotebook(notebook, null, { fromCell: "3" });
  assert.deepEqual(
    late.cells.map((cell) => (cell.metadata.papermill as { status: string }).status),
    ["completed", "skipped", "completed"],
  );
});

test("prepareOnly writes the parameters and executes nothing", async () => {
  const output = path("prepared_{a:03d}.ipynb");
  await executeNotebook(notebookOf([parametersCell("a = 1"), "die"]), output, {
    parameters: { a: 7 },
    prepareOnly: true,
  });
  const document = load(path("prepared_007.ipynb"));
  assert.deepEqual(Object.keys(document.metadata.papermill), [
    "default_parameters",
    "environment_variables",
    "input_path",
    "output_path",
    "parameters",
    "version",
  ]);
  assert.deepEqual(
    document.cells.map((cell: { metadata: object }) => Object.keys(cell.metadata)),
    [["papermill", "tags"], ["tags"], ["papermill", "tags"]],
  );
});

test("bad input is one clear error and starts nothing", async () => {
  const bad = async (content: string, pattern: RegExp) => {
    writeFileSync(path("bad.ipynb"), content);
    await assert.rejects(executeNotebook(path("bad.ipynb"), path("bad-out.ipynb")), pattern);
    assert.ok(!existsSync(path("bad-out.ipynb")));
  };
  await bad("{", /bad\.ipynb: is not JSON/);
  await bad('{"nbformat": 3, "worksheets": []}', /nbformat 3, expected 4/);
  await bad('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', /required property 'cells'/);
  await assert.rejects(executeNotebook(notebookOf(["x"], "absent"), null), /'absent' is installed/);
  await assert.rejects(executeNotebook(path("none.ipynb"), null), /no such notebook/);
  writeFileSync(path("file"), "");
  await assert.rejects(
    executeNotebook(notebookOf(["x"]), path("file/out.ipynb")),
    /its folder cannot be written/,
  );
  assert.ok(folder);
});
