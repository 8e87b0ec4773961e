import assert from "node:assert/strict";
import { test } from "node:test";
import { codeCell } from "../../src/notebook/document/cells.js";
import type { Notebook } from "../../src/notebook/document/notebook.js";
import { inferPython } from "../../src/notebook/parameters/infer.js";
import { injectParameters, languageOf } from "../../src/notebook/parameters/inject.js";
import { syntaxOf } from "../../src/notebook/parameters/languages.js";
import { fillPath } from "../../src/notebook/parameters/pathTemplate.js";
import { writeParameters } from "../../src/notebook/parameters/translator.js";
import { readTypeScriptCell } from "../../src/notebook/parameters/typescriptCell.js";
import {
  FloatNumber,
  type Parameters,
  parameterFromText,
  parametersFromYaml,
} from "../../src/notebook/parameters/value.js";
import { notebookOf, parametersCell } from "./fixtures.js";

const typeScript = (...cells: Parameters_) => notebookOf(cells, "phenocover", "typescript");
type Parameters_ = (string | ReturnType<typeof parametersCell>)[];

function inject(notebook: Notebook, parameters: Parameters, allowUnknown = false): string[] {
  const warnings: string[] = [];
  injectParameters(notebook, parameters, {
    ...languageOf(notebook, {}),
    name: "test.ipynb",
    allowUnknown,
    builtIn: new Set(),
    hides: () => false,
    warn: (message) => warnings.push(message),
  });
  return warnings;
}

const sources = (notebook: Notebook) => notebook.cells.map((cell) => cell.source);

test("words of the command line are typed by Python's rules", () => {
  const cases: [string, unknown][] = [
    ["True", true],
    ["true", "true"],
    ["None", null],
    ["1_000", 1000],
    ["-7", -7],
    ["1e5", new FloatNumber(100000)],
    ["2.5", new FloatNumber(2.5)],
    ["1e", "1e"],
    ["12345678901234567890", 12345678901234567890n],
    ["nan", Number.NaN],
    ["-inf", Number.NEGATIVE_INFINITY],
    ["2019-01-01", "2019-01-01"],
  ];
  for (const [word, value] of cases) assert.deepEqual(parameterFromText(word), value, word);
});

test("YAML keeps dates as text and floats apart from integers", () => {
  assert.deepEqual(parametersFromYaml("a: 1\nb: 2.0\nday: 2019-01-01\nc: [x, 2.5]", "p.yaml"), {
    a: 1,
    b: new FloatNumber(2),
    day: "2019-01-01",
    c: ["x", 2.5],
  });
  const words = { n: "y", a: true, b: false, c: true, d: false };
  assert.deepEqual(parametersFromYaml("{n: y, a: yes, b: No, c: on, d: FALSE}", "p.yaml"), words);
  assert.throws(() => parametersFromYaml("[1]", "p.yaml"), /p\.yaml: expected a mapping/);
});

test("each language gets papermill's spelling", () => {
  const parameters: Parameters = {
    s: 'a"\\\u00e9\u20ac\n',
    i: 3,
    f: new FloatNumber(100000),
    tiny: 0.00001,
    t: true,
    n: null,
    l: [1, "x"],
  };
  const write = (language: string) => writeParameters(syntaxOf("", language)!, parameters);
  assert.equal(
    write("python"),
    '# Parameters\ns = "a\\"\\\\\\xe9\\u20ac\\n"\ni = 3\nf = 100000.0\ntiny = 1e-05\nt = True\nn = None\nl = [1, "x"]\n',
  );
  assert.equal(
    write("R").split("\n").slice(5).join("\n"),
    't = TRUE\nn = NULL\nl = list(1, "x")\n',
  );
  assert.match(write("julia"), /n = nothing\nl = \[1, "x"\]\n$/);
  assert.match(
    write("bash"),
    /^# Parameters\ns='a"\\é€\n'\ni=3\nf=100000\.0\n.*\nt=true\nn=\nl=\(1 x\)\n$/s,
  );
  assert.equal(
    writeParameters(syntaxOf("", "python")!, { d: { k: [1] } }),
    '# Parameters\nd = {"k": [1]}\n',
  );
  assert.throws(() => writeParameters(syntaxOf("", "bash")!, { d: { k: 1 } }), /mappings/);
});

test("the cell follows the parameters, replaces a former one, or comes first", () => {
  const after = typeScript("1", parametersCell("let a = 1;"), "2");
  assert.deepEqual(inject(after, { a: 5 }), []);
  assert.deepEqual(sources(after), ["1", "let a = 1;", "// Parameters\na = 5;\n", "2"]);
  inject(after, { a: 6 });
  assert.deepEqual(sources(after), ["1", "let a = 1;", "// Parameters\na = 6;\n", "2"]);

  const first = typeScript("1");
  assert.deepEqual(inject(first, { a: "x" }), [
    "Input notebook does not contain a cell with tag 'parameters'",
  ]);
  assert.deepEqual(sources(first), ['// Parameters\nlet a = "x";\n', "1"]);
});

test("TypeScript parameters are checked against their declared types", () => {
  const cell = `// years to map
let years: number[] = [2018, 2019];
let rate = 0.1; // learning rate
let mode: "fast" | "exact" = "fast";
let note: string | null = null;
let flag = true;`;
  const written = (parameters: Parameters) => {
    const notebook = typeScript(parametersCell(cell));
    inject(notebook, parameters);
    return notebook.cells[1]!.source.split("\n").slice(1).join("");
  };
  assert.equal(written({ years: [2020], rate: Number.NaN }), "years = [2020];rate = NaN;");
  assert.equal(written({ mode: "exact", note: "x" }), 'mode = "exact";note = "x";');
  assert.equal(written({ flag: "false", years: "[1, 2]" }), "flag = false;years = [1, 2];");
  assert.throws(
    () => written({ years: ["a"] }),
    /parameter years: found \["a"\], expected number\[\]/,
  );
  assert.throws(() => written({ rate: "high" }), /expected number/);
  assert.throws(() => written({ mode: "slow" }), /expected "fast" \| "exact"/);
  assert.throws(() => written({ rat: 1 }), /parameter rat: test.ipynb does not declare it/);
  const notebook = typeScript(parametersCell(cell));
  assert.deepEqual(inject(notebook, { rat: 1 }, true), ["Passed unknown parameter: rat"]);
  assert.match(notebook.cells[1]!.source, /let rat = 1;/);
});

test("a parameters cell with const or computed values is refused with its line", () => {
  const read = (source: string) => () => readTypeScriptCell(source, "n.ipynb");
  assert.throws(read("let a = 1;\nconst b = 2;"), /n\.ipynb, line 2: b is a const, expected let/);
  assert.throws(read("let a = 1;\nlet b = a * 2;"), /line 2: b has a computed default \(a \* 2\)/);
  assert.deepEqual(
    readTypeScriptCell("let a: string; // place\nlet b = [1];", "n").map(
      ({ name, type, default: value, help, required }) => [name, type, value, help, required],
    ),
    [
      ["a", "string", "", "place", true],
      ["b", "number[]", "[1]", "", false],
    ],
  );
});

test("Python parameters are inferred by line as papermill does", () => {
  const source = `# parameters
msg: str = None  # a message
a: float = 2.25  # Variable a
b = [  # list
    'Hello',  # one
    'World'
]  # type: List[str]
c = a == 3`;
  assert.deepEqual(
    inferPython(source).map((item) => [item.name, item.type, item.default, item.help]),
    [
      ["msg", "str", "None", "a message"],
      ["a", "float", "2.25", "Variable a"],
      ["b", "List[str]", "['Hello','World']", ""],
    ],
  );
});

test("paths are filled in Python's format syntax", () => {
  const now = new Date("2026-01-02T03:04:05Z");
  const fill = (path: string) =>
    fillPath(path, { msg: "hi", n: 7, bar: { baz: [1, 2] }, x: 2.5, t: true }, now);
  assert.equal(fill("out_{msg}_{n:03d}.ipynb"), "out_hi_007.ipynb");
  assert.equal(fill("{bar[baz][1]}-{x:.2f}-{msg:>4}-{{t}}-{t}"), "2-2.50-  hi-{t}-True");
  assert.equal(fill("{pm[current_datetime_utc]:%Y%m%d}"), "20260102");
  assert.match(fill("{pm[run_uuid]}"), /^[0-9a-f-]{36}$/);
  assert.throws(() => fill("{nope}"), /Missing parameter 'nope'/);
  assert.ok(codeCell("", []));
});
