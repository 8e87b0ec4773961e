import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { codeCell, markdownCell } from "../../../src/notebook/document/cells.js";
import type { Cell } from "../../../src/notebook/document/notebook.js";
import { formatNotebook } from "../../../src/notebook/document/writeNotebook.js";
import { notebookOf, parametersCell } from "../fixtures.js";
import {
  comparable,
  type Endings,
  type PlainNotebook,
  peerPython,
  runBoth,
  writeInputs,
} from "./sideBySide.js";

const skip = existsSync(peerPython) ? false : "no papermill in .cache/peers/notebook";
const folder = mkdtempSync(join(tmpdir(), "papermill-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const python = (...cells: (string | Cell)[]) => formatNotebook(notebookOf(cells, "python3"));
const tagged = (tag: string, source: string) => codeCell(source, [tag]);

const complexParameters = `# Intro
msg: str = None  # A message
a: float = 2.25  # Variable a
b = [  # a list
    'Hello',  # one
    'World'
]  # type: List[str]
c = "very very very very long default"  # Described below
d = 3`;

const savedError = notebookOf([parametersCell("msg = 'hi'"), "raise ValueError()"], "python3");
const [, erring] = savedError.cells;
if (erring?.cell_type === "code") {
  erring.outputs = [
    { output_type: "error", ename: "KeyboardInterrupt", evalue: "", traceback: ["^C"] },
  ];
}

const inputs = {
  "simple.ipynb": python(
    markdownCell("# Title", []),
    parametersCell("msg = 'hi'\nn = 1\nwide = None"),
    "# papermill_description=FIRST\nprint(msg * 2)",
    "import sys\nprint('to stderr', file=sys.stderr)\nprint(repr(n), repr(wide), end='')",
    "from IPython.display import HTML, display\nh = display(HTML('<b>1</b>'), display_id='x')\n",
    "h.update(HTML('<b>2</b>'))\nimport os\nos.path.basename(os.getcwd())",
  ),
  "plain.ipynb": python("print(1)"),
  "complex.ipynb": python(parametersCell(complexParameters)),
  "broken.ipynb": python(
    markdownCell("old", ["papermill-error-cell-tag"]),
    parametersCell("a = 1"),
    "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'))\nraise ValueError('bad')",
    markdownCell("between", []),
    "print('never')",
  ),
  "exit0.ipynb": python("import sys\nsys.exit(0)", "print('never')"),
  "exit1.ipynb": python("import sys\nsys.exit(1)", "print('never')"),
  "magic.ipynb": python("%notamagic", "print('never')"),
  "wanted.ipynb": python(tagged("raises-exception", "1 / 0"), "print('on')"),
  "dead.ipynb": python("import os\nos._exit(1)", "print('never')"),
  "slow.ipynb": python("import time\ntime.sleep(60)", "print('never')"),
  "injected.ipynb": python(
    parametersCell("a = 1"),
    tagged("injected-parameters", "# Parameters\na = 2\n"),
    "print(a)",
  ),
  "saved-error.ipynb": formatNotebook(savedError),
  "r.ipynb": formatNotebook(notebookOf([parametersCell("a = 1")], "ir", "R")),
  "absent.ipynb": formatNotebook(notebookOf(["1"], "absent", "python")),
  "broken.json": "{",
  "old.ipynb": JSON.stringify({
    nbformat: 4,
    nbformat_minor: 2,
    metadata: { language_info: { name: "python" } },
    cells: [
      {
        cell_type: "code",
        metadata: {},
        execution_count: 4,
        outputs: [],
        source: ["print(", "4)"],
      },
    ],
  }),
  "p.yaml": 'msg: from file\n"n": 1\nwide: {date: 2019-01-01, list: [1, 2.0, yes], none: null}\n',
};

const base64 = Buffer.from('{msg: from base64, "n": 0}').toString("base64");

const cases = {
  simple: ["simple.ipynb", "out_{msg}_{n:03d}.ipynb", "-p", "msg", 'hé"llo', "-p", "n", "7"],
  precedence: [
    ...[
      "simple.ipynb",
      "precedence.ipynb",
      "-r",
      "msg",
      "012",
      "-p",
      "msg",
      "typed",
      "-p",
      "n",
      "1e5",
    ],
    ...["-y", '{"n": 3}', "-f", "p.yaml", "-b", base64, "--cwd", "sub", "--report-mode"],
  ],
  log: [
    ...["simple.ipynb", "logged.ipynb", "--log-output", "--stdout-file", "o.txt"],
    ...["--stderr-file", "e.txt", "--inject-paths"],
  ],
  plain: ["plain.ipynb", "plain-out.ipynb", "-p", "x", "nan"],
  broken: ["broken.ipynb", "broken-out.ipynb"],
  exit0: ["exit0.ipynb", "exit0-out.ipynb"],
  exit1: ["exit1.ipynb", "exit1-out.ipynb"],
  magic: ["magic.ipynb", "magic-out.ipynb"],
  wanted: ["wanted.ipynb", "wanted-out.ipynb"],
  dead: ["dead.ipynb", "dead-out.ipynb"],
  slow: ["slow.ipynb", "slow-out.ipynb", "--execution-timeout", "1"],
  keep: ["injected.ipynb", "kept.ipynb"],
  replace: ["injected.ipynb", "-", "-p", "a", "9"],
  prepared: [
    ...["saved-error.ipynb", "prepared.ipynb", "--prepare-only", "--report-mode", "-p", "msg", "x"],
  ],
  old: ["old.ipynb", "old-out.ipynb", "-k", "python3"],
  help: ["complex.ipynb", "--help-notebook"],
  helpless: ["plain.ipynb", "--help-notebook"],
  helpR: ["r.ipynb", "--help-notebook"],
  absentKernel: ["absent.ipynb", "x.ipynb"],
  noKernel: ["old.ipynb", "x.ipynb"],
  noJson: ["broken.json", "x.ipynb"],
  noEngine: ["plain.ipynb", "x.ipynb", "--engine", "none"],
  noTemplate: ["plain.ipynb", "x_{absent}.ipynb"],
  noFile: ["nothing.ipynb", "x.ipynb"],
  noYaml: ["plain.ipynb", "x.ipynb", "-y", "{"],
  noOption: ["plain.ipynb", "x.ipynb", "--nothing"],
  noValue: ["plain.ipynb", "x.ipynb", "-p", "a"],
  noLevel: ["plain.ipynb", "x.ipynb", "--log-level", "LOUD"],
};

let ours: Endings;
let theirs: Endings;
before(async () => {
  if (skip) return;
  writeInputs(folder, inputs);
  ({ ours, theirs } = await runBoth(folder, cases));
});

const both = (name: keyof typeof cases) => [ours.get(name)!, theirs.get(name)!] as const;

/** Both sides ended alike and wrote the same notebook but for a cure, which `cured` applies. */
function same(
  name: keyof typeof cases,
  file: string,
  cured: (their: PlainNotebook) => void = () => {},
) {
  const [our, their] = both(name);
  assert.equal(our.code, their.code, `${name}: ${our.stderr} ${their.stderr}`);
  const expected = their.notebook(file);
  cured(expected);
  assert.deepEqual(our.notebook(file), expected, name);
}

const isBanner = (cell: PlainNotebook) => cell.metadata.tags.includes("papermill-error-cell-tag");
const statuses = (document: PlainNotebook) =>
  document.cells
    .filter((cell: PlainNotebook) => !isBanner(cell))
    .map((cell: PlainNotebook) => cell.metadata.papermill.status);

test("cells, injected source, metadata and outputs are papermill's", { skip }, () => {
  same("simple", 'out_hé"llo_007.ipynb');
  same("precedence", "precedence.ipynb");
  same("old", "old-out.ipynb");
  same("keep", "kept.ipynb");
  same("prepared", "prepared.ipynb");
  const [our, their] = both("replace");
  assert.deepEqual(comparable(JSON.parse(our.stdout)), comparable(JSON.parse(their.stdout)));
});

test("banners, pending cells and exit codes of failures are papermill's", { skip }, () => {
  for (const name of ["broken", "exit0", "exit1"] as const) same(name, `${name}-out.ipynb`);
  // papermill leaves out the error of a kernel that tells of it in its reply only
  same("magic", "magic-out.ipynb", (their) => {
    const [failed] = their.cells.filter((cell: PlainNotebook) => cell.cell_type === "code");
    failed.outputs.push({
      output_type: "error",
      ename: "UsageError",
      evalue: "Line magic function `%notamagic` not found.",
      traceback: [],
    });
  });
});

test("a value that JSON lacks does not make the notebook unreadable", { skip }, () => {
  const [our, their] = both("plain");
  assert.equal(our.code, their.code);
  const text = their.file("plain-out.ipynb");
  assert.throws(() => JSON.parse(text));
  const expected = comparable(JSON.parse(text.replace(": NaN", ': "NaN"')));
  assert.deepEqual(our.notebook("plain-out.ipynb"), expected);
});

test("a cell that may fail does not fail the run", { skip }, () => {
  const [our, their] = both("wanted");
  assert.deepEqual([our.code, their.code], [0, 1]);
  const document = our.notebook("wanted-out.ipynb");
  assert.deepEqual(statuses(document), ["completed", "completed"]);
  assert.ok(!document.cells.some(isBanner));
  assert.ok(their.notebook("wanted-out.ipynb").cells.some(isBanner));
});

test("a dead kernel and a timeout leave later cells pending, not completed", { skip }, () => {
  for (const [name, code, ename] of [
    ["dead", 138, "DeadKernelError"],
    ["slow", 1, "CellTimeoutError"],
  ] as const) {
    const [our, their] = both(name);
    assert.deepEqual([our.code, their.code], [code, code], name);
    const document = our.notebook(`${name}-out.ipynb`);
    assert.deepEqual(statuses(document), ["failed", "pending"]);
    assert.equal(document.metadata.papermill.exception, true);
    const [failed] = document.cells.filter((cell: PlainNotebook) => cell.cell_type === "code");
    assert.equal(failed.outputs.at(-1).ename, ename);
    const theirDocument = their.notebook(`${name}-out.ipynb`);
    assert.deepEqual(statuses(theirDocument), ["completed", "completed"]);
    assert.equal(theirDocument.metadata.papermill.exception, null);
  }
});

test("--help-notebook tells the same names, types, defaults and help", { skip }, () => {
  const body = (text: string) => text.split("\n").slice(1).join("\n");
  for (const name of ["help", "helpless", "helpR"] as const) {
    const [our, their] = both(name);
    assert.deepEqual([our.code, body(our.stdout)], [their.code, body(their.stdout)]);
  }
});

test("--log-output and the copies of the streams are papermill's", { skip }, () => {
  const [our, their] = both("log");
  for (const file of ["o.txt", "e.txt"]) assert.equal(our.file(file), their.file(file));
  const said = (text: string) =>
    text
      .split("\n")
      // the runner's own parameters are not unknown to it, and displays that change are told
      .filter((line) => !/^Passed unknown|IPKernelApp|^<IPython/.test(line) && line !== "");
  assert.deepEqual(said(our.stderr), said(their.stderr));
});

test("bad input ends with papermill's exit code and one clear line", { skip }, () => {
  const lines: readonly (readonly [keyof typeof cases, RegExp])[] = [
    ["absentKernel", /no kernel named 'absent' is installed \(found: .*python3/],
    ["noKernel", /the notebook names none and --kernel gives none/],
    ["noJson", /broken\.json: is not JSON/],
    ["noEngine", /--engine: found none, expected one of nbclient/],
    ["noTemplate", /x_\{absent\}\.ipynb: Missing parameter 'absent'/],
    ["noFile", /nothing\.ipynb: no such notebook/],
    ["noYaml", /-y: /],
    ["noOption", /--nothing: unknown option/],
    ["noValue", /-p: a needs a value/],
    ["noLevel", /--log-level: LOUD is not one of/],
  ];
  for (const [name, words] of lines) {
    const [our, their] = both(name);
    assert.equal(our.code, their.code, name);
    const said = our.stderr.split("\n").filter((line) => line.startsWith("phenocover: "));
    assert.equal(said.length, 1, our.stderr);
    assert.match(said[0]!, words);
  }
  for (const [name, content] of Object.entries(inputs)) {
    assert.equal(ours.get("noFile")!.file(name), content, `${name} was touched`);
  }
});
