import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { StacItem } from "../../src/catalogue/item.js";
import { catalogueService } from "../../src/catalogue/services.js";
import { searchStac } from "../../src/catalogue/stacSearch.js";
import { createHttpClient } from "../../src/http/client.js";
import { createRandom } from "../../src/random.js";
import { fakeClock } from "../http/fakeClock.js";
import { type Loopback, startLoopback, status, times } from "../http/loopback.js";
import { recorded } from "./recorded.js";
import { type StacHabits, stacServer } from "./stacServer.js";

const bbox = [11.4, 46.2, 11.5, 46.3] as const;
const query = { collection: "sentinel-2-l2a", bbox, from: "2018-06-01", to: "2018-09-01" };

/** One item a day, in the dialect of the recorded ones. */
const items: StacItem[] = Array.from({ length: 92 }, (_, i) => {
  const time = new Date(Date.UTC(2018, 5, 1 + i, 10, 10, 31)).toISOString();
  return {
    ...recorded.earthSearch()[0]!,
    id: `S2A_32TPS_${time.slice(0, 10).replaceAll("-", "")}_0_L2A`,
    bbox: [11.2, 45.9, 12.7, 46.9],
    properties: { datetime: time, platform: "sentinel-2a" },
  };
});

const servers: Loopback[] = [];
after(async () => {
  for (const server of servers) await server.close();
});

async function search(habits: Partial<StacHabits>, signal?: AbortSignal) {
  const server: Loopback = await startLoopback((seen, reply) =>
    stacServer(() => server.url, { items, ...habits })(seen, reply),
  );
  servers.push(server);
  const clock = fakeClock();
  const client = createHttpClient({ random: createRandom(1), clock, env: {} });
  const service = { ...catalogueService(`${server.url}/v1/`)!, pageSize: 10 };
  return {
    server,
    clock,
    run: () =>
      searchStac(client.catalogue, service, query, { clock, ...(signal ? { signal } : {}) }),
  };
}

const ids = (entries: readonly StacItem[]) => entries.map(({ id }) => id).sort();

test("pages are followed as given, a question a month", async () => {
  const { server, run } = await search({});
  const { entries, notes } = await run();
  assert.deepEqual([ids(entries), notes], [ids(items), []]);
  assert.equal(server.seen.length, 3 + 4 + 4);
  assert.equal(
    JSON.parse(server.seen[0]!.body).datetime,
    "2018-06-01T00:00:00Z/2018-06-30T23:59:59Z",
  );
});

test("a repeated item counts once, a page without a new one ends the paging", async () => {
  const { run } = await search({ overlap: true });
  assert.deepEqual(ids((await run()).entries), ids(items));
  const { server, run: loop } = await search({ loop: true });
  const { entries } = await loop();
  assert.deepEqual(ids(entries), ids(items));
  assert.ok(server.seen.length < 80, `${server.seen.length} requests`);
});

test("502 on large pages halves them down to what the service can answer", async () => {
  const { server, run } = await search({ largest: 3 });
  assert.deepEqual(ids((await run()).entries), ids(items));
  const limits = server.seen.map(({ body }) => JSON.parse(body).limit as number);
  assert.ok(Math.min(...limits) === 2 && Math.max(...limits) === 10);
});

test("a bad page is narrowed around; one that stays bad is an error and no hole", async () => {
  const bad = items[40]!.id;
  const { run } = await search({ poison: new Set([bad]) });
  await assert.rejects(
    run(),
    /127\.0\.0\.1:\d+\/v1: answered 500 for 2018-07-11 to 2018-07-11, even one entry a page/,
  );
  const { server, run: mended } = await search({});
  server.answer(times(5, status(500)));
  assert.deepEqual(ids((await mended()).entries), ids(items));
  const { server: other, run: html } = await search({});
  other.answer(times(2, status(200, {}, "<html>proxy</html>")));
  assert.deepEqual(ids((await html()).entries), ids(items));
});

test("throttling is waited out, a refusal is told with its reason", async () => {
  const { server, clock, run } = await search({});
  server.answer(times(1, status(429, { "retry-after": "2" })), times(1, status(403)));
  assert.equal((await run()).entries.length, items.length);
  assert.ok(clock.slept.some((wait) => wait >= 2000 && wait < 2600));
  const { server: strict, run: refused } = await search({});
  strict.answer(status(400, {}, JSON.stringify({ description: "bbox is not valid" })));
  await assert.rejects(refused(), /answered 400 to a search: bbox is not valid/);
});

test("fewer items than counted are looked for in smaller spans and noted", async () => {
  const { run } = await search({ claim: 1, items: items.slice(0, 2) });
  const { entries, notes } = await run();
  assert.equal(entries.length, 2);
  assert.match(notes[0]!, /^2018-06-01 to 2018-06-01: 1 of the 2 that the catalogue counts/);
});

test("an answer that ignores the question is refused", async () => {
  const { server, run } = await search({});
  server.answer(status(200, {}, JSON.stringify(recorded.earthSearchPage())));
  await assert.rejects(run(), /answered 10 items of 115912757, none of which fits the question/);
});

test("an abort ends a search", async () => {
  const stop = new AbortController();
  stop.abort(new Error("stopped"));
  const { run } = await search({}, stop.signal);
  await assert.rejects(run(), /stopped/);
});
