import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { TestKernel } from "./testClient.js";
import { startInProject } from "./testProject.js";

const { project, kernel } = await startInProject();

test("a cell shows its input and its last value", async () => {
  const answer = await kernel.execute("const base = 40;\nbase + 2");
  const count = answer.reply.content.execution_count;
  assert.equal(answer.reply.content.status, "ok");
  assert.deepEqual(answer.only("execute_input").content, {
    code: "const base = 40;\nbase + 2",
    execution_count: count,
  });
  assert.deepEqual(answer.only("execute_result").content, {
    execution_count: count,
    data: { "text/plain": "42" },
    metadata: {},
  });
  const states = answer.published.flatMap(({ type, content }) =>
    type === "status" ? [content.execution_state] : [],
  );
  assert.deepEqual(states, ["busy", "idle"]);
});

test("50 000 lines arrive complete and in order, in batches", async () => {
  const answer = await kernel.execute("for (let i = 0; i < 50_000; i++) console.log('line ' + i);");
  const expected = Array.from({ length: 50_000 }, (_, i) => `line ${i}\n`).join("");
  assert.equal(answer.text("stdout"), expected);
  assert.ok(answer.published.length < 200, `${answer.published.length} messages`);
});

test("output of the process, of workers and of children is the cell's, carriage returns kept", async () => {
  const answer = await kernel.execute(`
    import { execSync, spawn } from "node:child_process";
    import { once } from "node:events";
    import { Worker } from "node:worker_threads";
    process.stdout.write("10 %\\r");
    process.stdout.write("20 %\\n");
    console.error("to stderr");
    execSync("echo sync", { stdio: "inherit" });
    await once(spawn("sh", ["-c", "echo child; echo warning >&2"], { stdio: "inherit" }), "close");
    await once(new Worker("console.log('worker')", { eval: true }), "exit");
  `);
  assert.equal(answer.reply.content.status, "ok");
  assert.equal(answer.text("stdout"), "10 %\r20 %\nsync\nchild\nworker\n");
  assert.equal(answer.text("stderr"), "to stderr\nwarning\n");
});

test("an error names the cell's lines and the next cell runs", async () => {
  const answer = await kernel.execute(
    "interface Unused { a: 1 }\nfunction fail(x: number) {\n  throw new RangeError('bad ' + x);\n}\n\nawait null;\nfail(3);",
  );
  const { ename, evalue, traceback } = answer.only("error").content;
  const count = answer.reply.content.execution_count;
  assert.deepEqual([ename, evalue], ["RangeError", "bad 3"]);
  assert.deepEqual(traceback.slice(0, 2), [
    `Cell In [${count}], line 3`,
    "       1 interface Unused { a: 1 }",
  ]);
  assert.equal(traceback[3], "--->   3   throw new RangeError('bad ' + x);");
  assert.deepEqual(traceback.slice(-3), [
    "RangeError: bad 3",
    `    at fail (In [${count}]:3:9)`,
    `    at In [${count}]:7:5`,
  ]);
  assert.deepEqual(answer.reply.content, {
    status: "error",
    execution_count: count,
    ename,
    evalue,
    traceback,
  });
  assert.equal((await kernel.execute("'still here'")).reply.content.status, "ok");
});

test("a thrown value that is no error is shown", async () => {
  const { content } = (await kernel.execute("throw { code: 7 };")).only("error");
  assert.deepEqual([content.ename, content.evalue], ["Thrown", "{ code: 7 }"]);
});

test("a type error is refused before anything runs, with line and column", async () => {
  const answer = await kernel.execute("console.log('ran');\nconst n: number = null;");
  const { ename, evalue, traceback } = answer.only("error").content;
  const count = answer.reply.content.execution_count;
  assert.equal(ename, "TypeScriptError");
  assert.equal(
    evalue,
    `In [${count}]:2:7 - error TS2322: Type 'null' is not assignable to type 'number'.`,
  );
  assert.deepEqual(traceback.slice(1), ["    const n: number = null;", "          ^"]);
  assert.equal(answer.text("stdout"), "");
});

test("a rejection or throw that nobody handles fails its cell", async () => {
  const rejected = await kernel.execute("void Promise.reject(new Error('lost'));");
  assert.equal(rejected.only("error").content.evalue, "lost");
  const thrown = await kernel.execute(
    "import { setTimeout as wait } from 'node:timers/promises';\nsetTimeout(() => { throw new Error('late'); }, 5);\nawait wait(50);",
  );
  assert.equal(thrown.reply.content.evalue, "late");
});

test("output and failure after a cell's end are shown under that cell", async () => {
  const first = await kernel.execute(
    "setTimeout(() => { console.log('after'); throw new Error('too late'); }, 50); 0",
  );
  const second = await kernel.execute("await new Promise((done) => setTimeout(done, 200)); 0");
  assert.equal(first.reply.content.status, "ok");
  assert.equal(second.reply.content.status, "ok");
  const late = await kernel.find(({ type, parent }) => type === "error" && parent === first.id);
  assert.equal(late.content.evalue, "too late");
  const printed = await kernel.find(({ type, parent }) => type === "stream" && parent === first.id);
  assert.equal(printed.content.text, "after\n");
});

test("cells share names: redeclared, reassigned, awaited, disposed", async () => {
  const cells: [string, string][] = [
    ["let a = 1; const f = () => a; const shape = { n: 1 }; enum Kind { A, B } f()", "1"],
    ["a = 3; f()", "3"],
    ["const a = 'text'; ({ a, k: Kind.B })", "{ a: 'text', k: 1 }"],
    ["await (f())", "'text'"],
    ["const seen: number[] = [];\nfor await (const x of [1, 2]) seen.push(x);\nseen", "[ 1, 2 ]"],
    ["using q = { [Symbol.dispose]() { seen.push(9); } };\nseen.push(3);", ""],
    ["seen", "[ 1, 2, 3, 9 ]"],
    ["const { n, m = n + 1 } = { n: 1 } as { n: number; m?: number };\n[n, m]", "[ 1, 2 ]"],
  ];
  for (const [code, expected] of cells) {
    const answer = await kernel.execute(code);
    assert.equal(answer.reply.content.status, "ok", answer.reply.content.evalue);
    const result = answer.published.find(({ type }) => type === "execute_result");
    assert.equal(result?.content.data["text/plain"] ?? "", expected, code);
  }
});

test("packages, local sources and JSON are imported from the project's root", async () => {
  mkdirSync(join(project, "src"), { recursive: true });
  writeFileSync(join(project, "src", "area.ts"), "export const hectares = (p: number) => p / 100;");
  writeFileSync(join(project, "legend.json"), '{"classes": 11}');
  const answer = await kernel.execute(`
    import { display } from "phenocover";
    import { hectares } from "./src/area";
    import legend from "./legend.json";
    import { join } from "node:path";
    const { display: again } = await import("phenocover");
    [hectares(250), legend.classes, join("a", "b"), display === again, process.cwd()]`);
  const shown = answer.only("execute_result").content.data["text/plain"];
  assert.equal(shown.replace(/\s+/g, " "), `[ 2.5, 11, 'a/b', true, '${project}' ]`);
  writeFileSync(join(project, "src", "area.ts"), "export const hectares = (p: number) => p / 10;");
  const edited = await kernel.execute("import { hectares } from './src/area';\nhectares(250)");
  assert.equal(edited.only("execute_result").content.data["text/plain"], "25");
});

test("local files beside the notebook come before those of the project's root", async () => {
  const folder = join(project, "notebooks");
  writeFileSync(
    join(folder, "unit.ts"),
    "import { name } from './names';\nexport const unit = name;",
  );
  writeFileSync(join(folder, "names.ts"), "export const name: string = 'ha';");
  writeFileSync(join(project, "unit.ts"), "export const unit = 1;");
  writeFileSync(join(folder, "sizes.json"), '{"side": 20}');
  const answer = await kernel.execute(`
    import { unit } from "./unit";
    import sizes from "./sizes.json";
    const text: string = unit;
    [text, sizes.side, import.meta.dirname]`);
  assert.equal(
    answer.only("execute_result").content.data["text/plain"].replace(/\s+/g, " "),
    `[ 'ha', 20, '${folder}' ]`,
  );
  writeFileSync(join(folder, "names.ts"), "export const name = 5;");
  const refused = await kernel.execute(
    "import { unit } from './unit';\nconst text: string = unit;",
  );
  assert.match(refused.only("error").content.evalue, /In \[\d+\]:2:7 - error TS2322/);
});

test("display shows MIME bundles and replaces them in place by id", async () => {
  const answer = await kernel.execute(`
    import { setTimeout as wait } from "node:timers/promises";
    import { display, jupyterDisplay } from "phenocover";
    display({ "text/html": "<b>1</b>", "image/png": new Uint8Array([1, 2, 3]) });
    display({ [jupyterDisplay]: () => ({ "text/plain": "half" }) }, { id: "bar" });
    console.log("between");
    display("done", { id: "bar" });
    display({ [jupyterDisplay]: async () => { await wait(20); return { "text/plain": "slow" }; } });
    ({ [jupyterDisplay]: async () => ({ "text/html": "<table/>" }) })`);
  const shown = answer.published.flatMap(({ type, content }) =>
    /display_data|execute_result/.test(type) ? [[type, content.data, content.transient]] : [],
  );
  assert.deepEqual(shown, [
    ["display_data", { "text/html": "<b>1</b>", "image/png": "AQID" }, {}],
    ["display_data", { "text/plain": "half" }, { display_id: "bar" }],
    ["update_display_data", { "text/plain": "done" }, { display_id: "bar" }],
    ["display_data", { "text/plain": "slow" }, {}],
    ["execute_result", { "text/html": "<table/>" }, undefined],
  ]);
  const order = answer.published.map(({ type }) => type);
  assert.ok(order.indexOf("stream") < order.indexOf("update_display_data"));
});

for (const [kind, code] of [
  ["a loop", "while (true) {}"],
  ["a wait", "await new Promise(() => {});"],
  ["a loop after a wait", "await null;\nfor (;;) ;"],
  [
    "a package that computes",
    "import { spin } from 'spinner';\nconst stay = [spin(() => console.log('started'))];",
  ],
  [
    "a package that computes after a wait",
    "await null;\nawait spin(() => console.log('started'));",
  ],
  [
    "a synchronous child",
    "import { execSync } from 'node:child_process';\nexecSync('sleep 60');\nconsole.log('too late');",
  ],
] as const) {
  test(`${kind} is interrupted, the heart beats meanwhile`, async () => {
    const cell = kernel.send("execute_request", { code: `console.log("started");\n${code}` });
    await kernel.find(({ type, parent }) => type === "stream" && parent === cell.id);
    assert.equal(await kernel.beat(), "ping");
    const interrupt = await kernel.request("interrupt_request", {}, "control");
    assert.equal(interrupt.reply.type, "interrupt_reply");
    const answer = await kernel.collect(cell);
    assert.equal(answer.only("error").content.ename, "KeyboardInterrupt");
    assert.doesNotMatch(answer.text("stdout"), /too late/);
    assert.equal((await kernel.execute("1")).reply.content.status, "ok");
  });
}

test("what a failed cell had declared stays, what it did not reach says so", async () => {
  const failed = await kernel.execute(
    "const reached: number = 5;\nif (reached > 1) throw new Error('half-way');\nlet later = 'x';",
  );
  const count = failed.reply.content.execution_count;
  const kept = await kernel.execute("reached.toFixed(1)");
  assert.equal(kept.only("execute_result").content.data["text/plain"], "'5.0'");
  assert.equal(
    (await kernel.execute("later.length")).only("error").content.evalue,
    `later has no value: In [${count}] failed before its line`,
  );
  const assigned = await kernel.execute("later = 'four';\nlater.length");
  assert.equal(assigned.only("execute_result").content.data["text/plain"], "4");
});

test("processes and threads of an interrupted cell end with it, those of others go on", async () => {
  await kernel.execute(`
    import { spawn } from "node:child_process";
    import { Worker } from "node:worker_threads";
    const forever = "setInterval(() => {}, 1000)";
    const kept = spawn(process.execPath, ["-e", forever]);
  `);
  const cell = kernel.send("execute_request", {
    code: `
      const stubborn = "trap '' INT; echo started; while :; do sleep 0.1; done";
      const child = spawn("sh", ["-c", stubborn], { stdio: "inherit" });
      const worker = new Worker(forever, { eval: true });
      const ends = Promise.all([child, worker].map((part) => new Promise((end) => part.once("exit", end))));
      await ends.then(() => { throw new Error("a helper ended"); });
    `,
  });
  await kernel.find(({ type, parent }) => type === "stream" && parent === cell.id);
  await kernel.request("interrupt_request", {}, "control");
  const answer = await kernel.collect(cell);
  assert.equal(answer.only("error").content.ename, "KeyboardInterrupt");
  const after = await kernel.execute(
    "await ends;\nconst alive = kept.exitCode === null && kept.signalCode === null;\nkept.kill();\n[alive, child.signalCode]",
  );
  assert.equal(after.only("execute_result").content.data["text/plain"], "[ true, 'SIGKILL' ]");
});

test("cells that wait behind a failed one are aborted only when asked", async () => {
  const statuses = async (stop_on_error: boolean) => {
    const content = { stop_on_error, store_history: true };
    const sent = ["throw new Error('first')", "1", "2"].map((code) =>
      kernel.send("execute_request", { code, ...content }),
    );
    const answers = await Promise.all(sent.map((pending) => kernel.collect(pending)));
    return answers.map(({ reply }) => reply.content.status);
  };
  assert.deepEqual(await statuses(true), ["error", "aborted", "aborted"]);
  assert.deepEqual(await statuses(false), ["error", "ok", "ok"]);
});

test("silent cells leave no trace", async () => {
  const before = (await kernel.execute("0")).reply.content.execution_count;
  const silent = await kernel.execute("5", { silent: true });
  assert.deepEqual(
    silent.published.map(({ type }) => type),
    ["status", "status"],
  );
  assert.equal((await kernel.execute("0")).reply.content.execution_count, before + 1);
});

test("outputs are cleared when asked", async () => {
  const answer = await kernel.execute(
    "import { clearOutput } from 'phenocover';\nconsole.log('gone');\nclearOutput({ wait: true });",
  );
  assert.deepEqual(answer.only("clear_output").content, { wait: true });
  const order = answer.published.map(({ type }) => type);
  assert.ok(order.indexOf("stream") < order.indexOf("clear_output"));
});

test("a shutdown over tcp ends the process although a timer is open", async () => {
  const other = await TestKernel.start({ transport: "tcp", cwd: project });
  await other.execute("setInterval(() => {}, 1000); 0");
  const answer = await other.request("shutdown_request", { restart: false }, "control");
  assert.deepEqual(answer.reply.content, { status: "ok", restart: false });
  const code = await Promise.race([other.exit, sleep(5000, "still running", { ref: false })]);
  assert.equal(code, 0);
  await other.stop();
});

test("what a cell printed before process.exit is not lost", async () => {
  const other = await TestKernel.start({ cwd: project });
  const cell = other.send("execute_request", {
    code: "console.log('last words'); process.exit(3);",
  });
  assert.equal(await other.exit, 3);
  const words = await other.find(({ type, parent }) => type === "stream" && parent === cell.id);
  assert.equal(words.content.text, "last words\n");
  await other.stop();
});
