import assert from "node:assert/strict";
import { test } from "node:test";
import { FileError, isPhenocoverError, ServiceError } from "../../src/errors.js";
import { openWorkers, runTasks } from "../../src/parallel/tasks.js";

const module = new URL("./sampleTasks.js", import.meta.url);

for (const kind of ["thread", "process"] as const) {
  test(`${kind}: results come back in task order for any number of workers`, async () => {
    const tasks = [5, 1, 4, 2, 3];
    for (const workers of [1, 2]) {
      const messages: unknown[] = [];
      const results = await runTasks<number, number, { offset: number }>({
        module,
        name: "addOffset",
        tasks,
        context: { offset: 10 },
        workers,
        kind,
        onMessage: (_, message) => messages.push(message),
      });
      assert.deepEqual(results, [15, 11, 14, 12, 13]);
      assert.equal(messages.length, 5);
    }
  });

  test(`${kind}: a stream comes in task order and starts no task too early`, async () => {
    const workers = openWorkers({ module, context: { offset: 1 }, workers: 3, kind });
    try {
      const tasks = Array.from({ length: 20 }, (_, i) => i);
      let started = 0;
      const onMessage = () => void started++;
      const results: number[] = [];
      const stream = workers.stream<number, number>("addOffset", tasks, { ahead: 4, onMessage });
      for await (const result of stream) {
        // A slow taker: the workers must wait for it.
        await new Promise((resolve) => setTimeout(resolve, 5));
        results.push(result);
        assert.ok(started < results.length + 4, `${started} started, ${results.length} taken`);
      }
      assert.deepEqual(
        results,
        tasks.map((i) => i + 1),
      );
      const failing = workers.stream<number, number>("addOffset", [1, -1], { ahead: 1 });
      assert.equal((await failing.next()).value, 2);
      await assert.rejects(failing.next(), /task -1 is negative/);
    } finally {
      workers.close();
    }
  });

  test(`${kind}: the task's own error ends the pool`, async () => {
    await assert.rejects(
      runTasks({
        module,
        name: "addOffset",
        tasks: [1, -1],
        context: { offset: 0 },
        workers: 1,
        kind,
      }),
      /task -1 is negative/,
    );
  });

  test(`${kind}: an error of the package keeps class, fields, cause and stack`, async () => {
    const running = runTasks({
      module,
      name: "refuse",
      tasks: ["https://a.b/c"],
      workers: 1,
      kind,
    });
    await assert.rejects(running, (error) => {
      assert.ok(error instanceof ServiceError && isPhenocoverError(error, "ServiceError"));
      assert.deepEqual(
        [error.address, error.problem, error.status],
        ["https://a.b/c", "answered 404", 404],
      );
      assert.equal(error.message, "https://a.b/c: answered 404");
      assert.match(error.stack ?? "", /refuse/);
      assert.ok(error.cause instanceof FileError);
      assert.equal(error.cause.file, "kept.tif");
      return true;
    });
  });

  test(`${kind}: a worker that dies is an error, not a hang`, async () => {
    await assert.rejects(
      runTasks({ module, name: "dies", tasks: [1], workers: 1, kind }),
      (error: { tag?: string }) => error.tag === "ProcessError",
    );
  });
}

test("threads share memory with the caller", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  await runTasks({ module, name: "mark", tasks: [0, 1, 2, 3], context: shared, workers: 2 });
  assert.deepEqual([...shared], [1, 2, 3, 4]);
});

test("an abort stops the pool with its reason", async () => {
  const controller = new AbortController();
  const running = runTasks({
    module,
    name: "addOffset",
    tasks: [1, 2, 3],
    context: { offset: 0 },
    workers: 1,
    signal: controller.signal,
    onMessage: () => controller.abort(new Error("stopped by the user")),
  });
  await assert.rejects(running, /stopped by the user/);
});

test("workers stay for a second round, and a failure ends all later ones", async () => {
  const workers = openWorkers({ module, context: { offset: 1 }, workers: 2 });
  try {
    assert.deepEqual(await workers.run("addOffset", [1, 2, 3]), [2, 3, 4]);
    assert.deepEqual(await workers.run("addOffset", [7]), [8]);
    await assert.rejects(workers.run("addOffset", [-1]), /task -1 is negative/);
    await assert.rejects(workers.run("addOffset", [1]), /task -1 is negative/);
  } finally {
    workers.close();
  }
});
