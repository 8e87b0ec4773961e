import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { projectOptions } from "../../src/kernel/projectOptions.js";
import { TestKernel } from "./testClient.js";
import { makeProject, startInProject } from "./testProject.js";

const { kernel } = await startInProject();

test("completion, hover and completeness know the cells before", async () => {
  await kernel.execute(
    "/** Area in hectares. */\nfunction area(pixels: number) { return pixels / 100; }",
  );
  const complete = await kernel.request("complete_request", {
    code: "'😀'; area(1).toF",
    cursor_pos: 16,
  });
  assert.deepEqual(complete.reply.content.matches, ["toFixed"]);
  assert.deepEqual(
    [complete.reply.content.cursor_start, complete.reply.content.cursor_end],
    [13, 16],
  );
  assert.deepEqual(complete.reply.content.metadata._jupyter_types_experimental, [
    { start: 13, end: 16, text: "toFixed", type: "function" },
  ]);
  const hover = await kernel.request("inspect_request", { code: "area(2)", cursor_pos: 2 });
  assert.equal(
    hover.reply.content.data["text/plain"],
    "function area(pixels: number): number\n\nArea in hectares.",
  );
  assert.equal(
    hover.reply.content.data["text/markdown"],
    "```typescript\nfunction area(pixels: number): number\n```\n\nArea in hectares.",
  );
  const libraries = 'Math.max(1); import { readFileSync } from "node:fs"; readFileSync;';
  for (const [cursor_pos, words] of [
    [6, /max\(\.\.\.values: number\[\]\): number\n\nReturns the larger/],
    [libraries.length - 3, /readFileSync[\s\S]*Returns the contents of the `path`/],
  ] as const) {
    const { reply } = await kernel.request("inspect_request", { code: libraries, cursor_pos });
    assert.match(reply.content.data["text/plain"], words);
  }
  const next = await kernel.execute("area(250)");
  assert.equal(next.only("execute_result").content.data["text/plain"], "2.5");
  const open = await kernel.request("is_complete_request", { code: "for (;;) {" });
  assert.deepEqual(open.reply.content, { status: "incomplete", indent: "  " });
  const closed = await kernel.request("is_complete_request", { code: "1 + 1" });
  assert.equal(closed.reply.content.status, "complete");
});

test("information, comms and history are answered by type", async () => {
  const info = await kernel.request("kernel_info_request", {});
  assert.equal(info.reply.type, "kernel_info_reply");
  assert.equal(info.reply.content.language_info.name, "typescript");
  const comms = await kernel.request("comm_info_request", {});
  assert.deepEqual([comms.reply.type, comms.reply.content.comms], ["comm_info_reply", {}]);
});

test("the history tells inputs and outputs, by tail, range and pattern", async () => {
  const codes = ["6 * 7", "'a'", "6 * 7"];
  const counts: number[] = [];
  for (const code of codes) {
    counts.push((await kernel.execute(code)).reply.content.execution_count);
  }
  await kernel.execute("'unseen'", { store_history: false });
  await kernel.execute("'silent'", { silent: true });
  const ask = async (content: object) =>
    (await kernel.request("history_request", content)).reply.content.history;
  const [first, second, third] = counts;
  assert.deepEqual(await ask({ hist_access_type: "tail", n: 2, output: true }), [
    [1, second, ["'a'", "'a'"]],
    [1, third, ["6 * 7", "42"]],
  ]);
  const range = { hist_access_type: "range", session: 0, start: first, stop: second };
  assert.deepEqual(await ask(range), [[1, first, "6 * 7"]]);
  const search = { hist_access_type: "search", pattern: "6 ? *", n: 5 };
  assert.deepEqual(await ask({ ...search, unique: true }), [[1, third, "6 * 7"]]);
  assert.equal((await ask({ ...search, pattern: "'unseen'" })).length, 0);
});

test("expressions beside a cell are evaluated, each with a value or an error of its own", async () => {
  const user_expressions = { sum: "first + 1", wrong: "JSON.parse('{')", unknown: "absent" };
  const { reply } = await kernel.execute("const first = 1;", { user_expressions });
  assert.equal(reply.content.status, "ok");
  const { sum, wrong, unknown } = reply.content.user_expressions;
  assert.deepEqual(sum, { status: "ok", data: { "text/plain": "2" }, metadata: {} });
  assert.deepEqual([wrong.status, wrong.ename], ["error", "SyntaxError"]);
  assert.equal(unknown.status, "error");
  assert.equal(
    (await kernel.execute("first")).only("execute_result").content.data["text/plain"],
    "1",
  );
});

test("the project's tsconfig says how strictly cells are checked", async () => {
  const loose = makeProject();
  writeFileSync(join(loose, "base.json"), '{"compilerOptions": {"strict": false}}');
  writeFileSync(
    join(loose, "tsconfig.json"),
    '{"extends": "./base.json", "compilerOptions": {"noUncheckedIndexedAccess": false, "module": "commonjs"}}',
  );
  const other = await TestKernel.start({ cwd: loose });
  const cell = "const none: string = null; const first: number = [1][0]; first";
  assert.equal((await other.execute(cell)).reply.content.status, "ok");
  await other.stop();
  assert.equal((await kernel.execute(cell)).reply.content.status, "error");
  writeFileSync(join(loose, "tsconfig.json"), '{"compilerOptions": {"strict": "very"}}');
  assert.throws(() => projectOptions(loose), /tsconfig\.json: .*'strict'/);
  rmSync(loose, { recursive: true });
});
