import assert from "node:assert/strict";
import { after, test } from "node:test";
import { itemFromProduct, type Product, searchOdata } from "../../src/catalogue/odataSearch.js";
import { createTransport } from "../../src/http/transport.js";
import { sceneFromItem } from "../../src/scenes/stacItem.js";
import { fakeClock } from "../http/fakeClock.js";
import { at, startLoopback, status } from "../http/loopback.js";
import { recorded } from "./recorded.js";

const [first] = recorded.dataSpaceProducts();
/** The recorded L1C product as its L2A counterpart, at another time. */
const product = (day: number, online = true): Product => ({
  ...first!,
  Id: `id-${day}`,
  Name: `S2A_MSIL2A_202008${String(day).padStart(2, "0")}T010311_N0500_R045_T54PXA_20230413T212505.SAFE`,
  Online: online,
  ContentDate: { Start: `2020-08-${String(day).padStart(2, "0")}T01:03:11.024000Z` },
});
const products = Array.from({ length: 25 }, (_, i) => product(i + 1));

const server = await startLoopback(
  at(/^\/odata\/Products\?/, ({ url }, reply) => {
    const asked = new URLSearchParams(url.split("?")[1]);
    const [skip, top] = [Number(asked.get("$skip")), Number(asked.get("$top"))];
    assert.equal(asked.get("$orderby"), "ContentDate/Start asc");
    const filter = asked.get("$filter")!;
    const [from, to] = [/Start ge (\S+)/, /Start lt (\S+)/].map((part) => part.exec(filter)![1]!);
    const inside = products.filter(({ ContentDate: { Start } }) => Start >= from! && Start < to!);
    reply.end(JSON.stringify({ value: inside.slice(skip, skip + top) }));
    return true;
  }),
  at(/\/Nodes\(GRANULE\)\/Nodes$/, (_, reply) => {
    reply.end(JSON.stringify({ result: [{ Name: "L2A_T54PXA_A026783_20200808T010314" }] }));
    return true;
  }),
);
after(() => server.close());

const service = {
  name: "cdse-odata",
  url: `${server.url}/odata`,
  protocol: "odata" as const,
  pageSize: 8,
};
const query = {
  collection: "sentinel-2-l2a",
  bbox: [142.4, 13.5, 142.5, 13.6] as const,
  from: "2020-07-15",
  to: "2020-09-10",
};

test("products come in a stated order over pages and months", async () => {
  const { entries } = await searchOdata(createTransport(), service, query, { clock: fakeClock() });
  assert.deepEqual(
    entries.map(({ Id }) => Id),
    products.map(({ Id }) => Id),
  );
  server.answer(at(/Products\?/, status(422, {}, '{"detail": "skip too large"}')));
  await assert.rejects(searchOdata(createTransport(), service, query), /answered 422 to a search/);
});

test("a product with its listed files is the same scene as a STAC item would be", async () => {
  const item = await itemFromProduct(createTransport(), product(8), {}, `${server.url}/dl`);
  const scene = sceneFromItem(item, `${server.url}/`);
  assert.deepEqual(
    [scene.tile, scene.orbit, scene.platform, scene.datatake, scene.origin, scene.defect],
    ["54PXA", 45, "sentinel-2a", "GS2A_20200808T010311_026783", "cdse", null],
  );
  assert.deepEqual(scene.baseline, { major: 5, minor: 0 });
  assert.match(
    scene.bands.B8A!.path,
    /Nodes\(L2A_T54PXA_A026783_20200808T010314\)\/Nodes\(IMG_DATA\)\/Nodes\(R20m\)\/Nodes\(T54PXA_20200808T010311_B8A_20m\.jp2\)\/\$value$/,
  );
  assert.equal(scene.original, true);
  const offline = await itemFromProduct(createTransport(), product(9, false));
  assert.match(sceneFromItem(offline, "https://x.test/").defect!, /^offline/);
});
