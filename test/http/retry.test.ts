import assert from "node:assert/strict";
import { after, test } from "node:test";
import { replyText } from "../../src/http/http.js";
import { withRateLimit } from "../../src/http/rateLimit.js";
import { withRetry } from "../../src/http/retry.js";
import { createTransport } from "../../src/http/transport.js";
import { createRandom } from "../../src/random.js";
import { fakeClock } from "./fakeClock.js";
import { byteFaults, bytes, startLoopback, status, times } from "./loopback.js";

const good = bytes(() => new TextEncoder().encode("0123456789"));
const server = await startLoopback(good);
after(() => server.close());

function client(stall = 5000) {
  const clock = fakeClock();
  const transport = createTransport({ stall });
  const fetch = withRetry(transport, { random: createRandom(1), clock, firstWait: 100 });
  return { clock, fetch };
}

test("a throttled request waits as long as it is asked to", async () => {
  server.answer(times(1, status(429, { "retry-after": "7" })));
  const { clock, fetch } = client();
  assert.equal(replyText(await fetch({ url: server.url })), "0123456789");
  assert.equal(clock.slept.length, 1);
  assert.ok(clock.slept[0]! >= 7000 && clock.slept[0]! < 7100);
  server.answer(
    times(1, status(503, { "retry-after": new Date(clock.time + 20_000).toUTCString() })),
  );
  await fetch({ url: server.url });
  assert.ok(clock.slept[1]! >= 19_000 && clock.slept[1]! < 20_200);
});

test("waits double with jitter, and the same seed gives the same waits", async () => {
  const run = async () => {
    server.answer(times(3, status(503)));
    const { clock, fetch } = client();
    await fetch({ url: server.url });
    return clock.slept;
  };
  const waits = await run();
  waits.forEach((wait, i) => {
    assert.ok(wait >= 50 * 2 ** i && wait <= 100 * 2 ** i);
  });
  assert.deepEqual(await run(), waits);
});

test("equal failures end the attempts with the last status and no query", async () => {
  server.answer(times(4, status(502)));
  const { fetch } = client();
  await assert.rejects(fetch({ url: `${server.url}/a?sig=hidden` }), (error: Error) => {
    assert.match(error.message, /^http:\/\/127\.0\.0\.1:\d+\/a: answered 502, 4 times$/);
    return (error as { status?: number }).status === 502;
  });
  server.answer(times(1, status(429, { "retry-after": "4000" })));
  await assert.rejects(fetch({ url: server.url }), /429 and asks to wait 4000 s/);
});

test("a truncated body and a stalled connection are failures that a repeat mends", async () => {
  server.answer(times(1, byteFaults.truncated(good)));
  const { fetch } = client();
  assert.equal(replyText(await fetch({ url: server.url })), "0123456789");
  server.answer(times(1, byteFaults.stalled()));
  const { fetch: impatient } = client(200);
  assert.equal(replyText(await impatient({ url: server.url })), "0123456789");
  server.answer(times(4, byteFaults.stalled()));
  await assert.rejects(impatient({ url: server.url }), /no byte for 0\.2 s, 4 times/);
  await assert.rejects(fetch({ url: "http://127.0.0.1:9/x" }), /no complete reply/);
});

test("an abort ends a request, a wait and a queue", async () => {
  const stop = new AbortController();
  server.answer(times(1, byteFaults.stalled()));
  const { fetch } = client();
  const asked = fetch({ url: server.url }, { signal: stop.signal });
  setTimeout(() => stop.abort(new Error("stopped")), 50);
  await assert.rejects(asked, /stopped/);
  await assert.rejects(fetch({ url: server.url }, { signal: stop.signal }), /stopped/);
});

test("a host is spared: connections and requests a second", async () => {
  const clock = fakeClock();
  const begin = clock.now();
  let open = 0;
  let most = 0;
  const starts: number[] = [];
  const fetch = withRateLimit(
    async () => {
      starts.push(clock.now());
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 1));
      open--;
      return { status: 200, headers: {}, body: new Uint8Array() };
    },
    () => ({ connections: 2, perSecond: 4 }),
    clock,
  );
  await Promise.all(Array.from({ length: 9 }, () => fetch({ url: "https://a.test/" })));
  assert.equal(most, 2);
  assert.equal(starts.at(-1)! - begin, 8 * 250);
});
