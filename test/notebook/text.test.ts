import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { codeCell, markdownCell } from "../../src/notebook/document/cells.js";
import type { Cell, Notebook } from "../../src/notebook/document/notebook.js";
import { parseNotebook, readNotebook } from "../../src/notebook/document/readNotebook.js";
import { stripNotebook } from "../../src/notebook/document/strip.js";
import { formatNotebook } from "../../src/notebook/document/writeNotebook.js";
import { notebookFromText, notebookToText } from "../../src/notebook/text/percentFormat.js";
import { packageRoot } from "../../src/packageRoot.js";
import { notebookOf, parametersCell } from "./fixtures.js";

const python = join(packageRoot(), ".cache", "peers", "notebook", "bin", "python");
const hasJupytext = (): boolean => {
  if (!existsSync(python)) return false;
  try {
    execFileSync(python, ["-c", "import jupytext"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};
const skip = hasJupytext() ? false : "no jupytext in .cache/peers/notebook";

const withMetadata = (cell: Cell, metadata: Cell["metadata"]): Cell => ({ ...cell, metadata });

/** Cells that a text form easily confuses. */
const awkward: readonly Cell[] = [
  markdownCell("# Title\n\ntext\n", []),
  parametersCell("let a: number = 1; // help"),
  codeCell("", []),
  codeCell("\n", []),
  codeCell("\n\nconst x = 1;\n\n\nconst y = 2;\n\n", []),
  codeCell("// %% not a cell\n//%%% nor this\n// // %% nor that\n  // %% [markdown]", []),
  markdownCell("%% like a marker\n\n// %% another", []),
  markdownCell("", []),
  markdownCell(" indented\n\t// tab", []),
  withMetadata(codeCell("1", []), {
    tags: ["a b", 'c"d'],
    nested: { list: [1, null, true], text: "x = y [z" },
    name: "named",
  }),
  withMetadata(codeCell("2", []), { "odd key": "{[", id: "kept" }),
  {
    ...markdownCell("![p](attachment:p.png)", []),
    attachments: { "p.png": { "image/png": "AA" } },
  },
  { id: "raw-1", cell_type: "raw", metadata: { format: "text/html" }, source: "<b>\n// %%" },
];

/** jupytext itself does not bring back lines like markers, nor metadata under names of its own. */
const jupytextKeeps = ({ source, metadata }: Cell) =>
  !/\/\/ *%%|^%%/m.test(source) && !("id" in metadata);

const example = (): Notebook => {
  const notebook = notebookOf(awkward, "phenocover", "typescript");
  notebook.metadata.authors = [{ name: "yes", since: "2019-01-01" }];
  return notebook;
};

test("notebooks come back from their text form exactly", async () => {
  const folder = join(packageRoot(), "notebooks");
  const stored = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
  const notebooks = await Promise.all(stored.map((name) => readNotebook(join(folder, name))));
  for (const notebook of [example(), ...notebooks]) {
    const text = notebookToText(notebook);
    const back = formatNotebook(notebookFromText(text, "n.ts"));
    assert.equal(back, formatNotebook(stripNotebook(notebook)));
  }
});

test("a program without ids, titles or header becomes a notebook", () => {
  const text = `import "x";\n\n// %% First plot [markdown] tags=["t"]\n// text\n// %%\nlet a = 1;\n`;
  const { cells } = notebookFromText(text, "n.ts");
  assert.deepEqual(
    cells.map((cell) => [cell.cell_type, cell.source, cell.metadata]),
    [
      ["code", 'import "x";', {}],
      ["markdown", "text", { title: "First plot", tags: ["t"] }],
      ["code", "let a = 1;", {}],
    ],
  );
  assert.equal(new Set(cells.map(({ id }) => id)).size, 3);
  assert.deepEqual(notebookFromText(text, "n.ts").cells, cells);
  assert.throws(() => notebookFromText("// ---\n// a: [\n// ---\n", "n.ts"), /n\.ts: .*not YAML/);
});

test("jupytext reads the text form as this package does, and the other way round", { skip }, () => {
  const plain = {
    ...example(),
    cells: awkward.filter(jupytextKeeps),
  };
  const program = `
import json, sys, jupytext, nbformat
given = json.load(sys.stdin)
read = jupytext.reads(given["text"], fmt="ts:percent")
made = jupytext.writes(nbformat.reads(json.dumps(given["notebook"]), 4), fmt="ts:percent")
print(json.dumps({"read": read, "made": made}))`;
  const input = JSON.stringify({
    text: notebookToText(plain),
    notebook: JSON.parse(formatNotebook(plain)),
  });
  const { read, made } = JSON.parse(
    execFileSync(python, ["-c", program], { input, stdio: ["pipe", "pipe", "ignore"] }).toString(),
  );
  // jupytext notes the blank lines behind a cell in its metadata instead of keeping them
  const shape = (cells: readonly Cell[]) =>
    cells.map(({ cell_type, source, metadata: { lines_to_next_cell, ...metadata } }) => [
      cell_type,
      source.replace(/^\n+$/, "").replace(/(?<=.)\n+$/s, ""),
      metadata,
    ]);
  assert.deepEqual(
    shape(read.cells),
    shape(
      plain.cells.map((cell) => {
        const { tags, ...rest } = cell.metadata;
        const kept = Array.isArray(tags) && tags.length === 0 ? rest : cell.metadata;
        const attachments = cell.cell_type !== "code" && cell.attachments;
        return {
          ...cell,
          metadata: { id: cell.id, ...kept, ...(attachments && { attachments }) },
        };
      }),
    ),
  );
  const own = stripNotebook(plain).cells.map(({ cell_type, source }) => [
    cell_type,
    source.replace(/\n+$/, ""),
  ]);
  const theirs = notebookFromText(made, "n.ts").cells.map(({ cell_type, source }) => [
    cell_type,
    source.replace(/\n+$/, ""),
  ]);
  assert.deepEqual(theirs, own);
});

test("stripping takes out what a run left and is stable for notebooks without ids", () => {
  const old = readFileSync(join(packageRoot(), "notebooks", "01-retrieve.ipynb"), "utf8");
  const notebook = parseNotebook(old, "n");
  assert.equal(formatNotebook(stripNotebook(notebook)), formatNotebook(notebook));
  const executed = structuredClone(notebook);
  executed.metadata.papermill = { input_path: "/home/somebody/n.ipynb" };
  executed.metadata.phenocover = { sections: [] };
  executed.cells.splice(2, 0, codeCell("// Parameters\n", ["injected-parameters"]));
  executed.cells.unshift(markdownCell("failed", ["papermill-error-cell-tag"]));
  for (const cell of executed.cells) {
    cell.metadata = { ...cell.metadata, papermill: {}, execution: {}, phenocover: {} };
    if (cell.cell_type !== "code") continue;
    cell.execution_count = 3;
    cell.outputs = [{ output_type: "stream", name: "stdout", text: "x" }];
  }
  assert.equal(formatNotebook(stripNotebook(executed)), formatNotebook(notebook));
  const without = JSON.stringify({
    ...JSON.parse(old),
    nbformat_minor: 4,
    cells: JSON.parse(old).cells.map(({ id, ...cell }: { id: string }) => cell),
  });
  assert.deepEqual(parseNotebook(without, "n"), parseNotebook(without, "n"));
});
