import assert from "node:assert/strict";
import { test } from "node:test";
import { type CellRuntime, cellRuntime } from "../../src/kernel/cellRuntime.js";
import { rewriteCell } from "../../src/kernel/rewriteCell.js";
import { originalOffset } from "../../src/kernel/textEdits.js";

/** Runs cells, written as the compiler emits them, in one scope and gives that scope. */
async function run(...cells: string[]): Promise<Record<string, unknown>> {
  const scope: Record<string, unknown> = {};
  const runtime: CellRuntime = {
    scope,
    meta: { url: "file:///notebook.ts" },
    interrupted: new Int32Array(1),
    begin: () => 1,
    breakable: (run) => run(),
    stop() {
      throw new Error("interrupted");
    },
    importModule: async (specifier) => ({ specifier }),
    async importInto(specifier, bindings) {
      for (const [name, local] of bindings) scope[local] = `${specifier}:${name}`;
    },
  };
  Object.defineProperty(globalThis, cellRuntime, { value: runtime, configurable: true });
  const AsyncFunction = (async () => {}).constructor as new (
    ...parts: string[]
  ) => (exports: object) => Promise<void>;
  const known = new Set<string>();
  for (const cell of cells) {
    const { code } = rewriteCell(cell, known, "tsLastExpr");
    assert.equal(code.split("\n").length, cell.split("\n").length);
    await new AsyncFunction("exports", code)(scope);
    for (const name of Object.keys(scope)) known.add(name);
  }
  return scope;
}

test("closures see what later cells assign", async () => {
  const scope = await run(
    "let a = 1, b = a + 1;\nconst read = () => [a, b];\nexport { a, b, read };",
    "exports.a = 5;\nexport const tsLastExpr = exports.read();\nexport {};",
  );
  assert.deepEqual(scope.tsLastExpr, [5, 2]);
});

test("inner names hide top-level ones", async () => {
  const scope = await run(
    `let a = 1, n = 0;
    function twice(a) { for (const n of [a]) { return { a, n, ...{ k: n } }; } }
    const caught = (() => { try { throw 7; } catch (a) { return a; } })();
    const { x, y: [z = a], ...rest } = { x: 1, y: [], p: { a: 3 } };
    a: for (;;) break a;
    export { a, n, twice, caught, x, z, rest };`,
    "export const tsLastExpr = [exports.twice(4), exports.caught, exports.x, z, rest.p.a, { a, n }];",
  );
  assert.deepEqual(scope.tsLastExpr, [{ a: 4, n: 4, k: 4 }, 7, 1, 1, 3, { a: 1, n: 0 }]);
});

test("functions may be called before their line and keep no foreign this", async () => {
  const scope = await run(
    "const early = self();\nfunction self() { return this; }\nclass A { me() { return A; } }\nexport { early, self, A };",
    "export const tsLastExpr = [exports.early, exports.self(), new exports.A().me() === A, self?.()];",
  );
  assert.deepEqual(scope.tsLastExpr, [undefined, undefined, true, undefined]);
});

test("a redeclared enum starts afresh", async () => {
  const of = (name: string) =>
    `var E;\n(function (E) { E["${name}"] = "${name}"; })(E || (E = {}));\nexport { E };`;
  const scope = await run(of("A"), of("B"));
  assert.deepEqual(scope.E, { B: "B" });
});

test("imports, import() and import.meta go through the kernel", async () => {
  const scope = await run(
    'const got = [d, n, s, await import("m"), import.meta.url];\nimport d, { a as n } from "p";\nimport * as s from "q";\nexport { d, n, s, got };',
  );
  assert.deepEqual(scope.got, [
    "p:default",
    "p:a",
    "q:*",
    { specifier: "m" },
    "file:///notebook.ts",
  ]);
});

test("an assignment at the end is not shown", async () => {
  const scope = await run("let a = 1;\nexport { a };", "export const tsLastExpr = exports.a = 2;");
  assert.equal("tsLastExpr" in scope, false);
  assert.equal(scope.a, 2);
});

test("loops of an interrupted cell stop, those of others do not", async () => {
  const { code } = rewriteCell(
    "for (const x of xs) f(x);\nwhile (b) { g(); }",
    new Set(),
    undefined,
  );
  assert.match(code, /\{ if \(\$interrupted\[0\] === \$cell\) \$stop\(\); f\(x\); \}/);
  assert.match(code, /while \(b\) \{ if \(\$interrupted\[0\] === \$cell\) \$stop\(\); g\(\);/);
});

test("offsets lead back to the compiler's output", () => {
  const cell = "let a = 1;\nconst b = () => a;\nexport { a, b };";
  const { code, marks } = rewriteCell(cell, new Set(), undefined);
  assert.equal(originalOffset(marks, code.indexOf("=> $scope.a")), cell.indexOf("=> a"));
  assert.equal(originalOffset(marks, code.indexOf("const b")), cell.indexOf("const b"));
});
