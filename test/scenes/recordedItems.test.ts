import assert from "node:assert/strict";
import { test } from "node:test";
import { footprintOverlap } from "../../src/catalogue/footprint.js";
import type { StacItem } from "../../src/catalogue/item.js";
import { itemFromProduct } from "../../src/catalogue/odataSearch.js";
import type { HttpFetch } from "../../src/http/http.js";
import { findTwins, relatePair, sameAcquisition } from "../../src/scenes/duplicates.js";
import { missingDates } from "../../src/scenes/missingDates.js";
import { decideOffset } from "../../src/scenes/offset.js";
import type { Scene, SceneDecision } from "../../src/scenes/scene.js";
import { sceneFromItem } from "../../src/scenes/stacItem.js";
import { recorded } from "../catalogue/recorded.js";

const scene = (item: StacItem) => sceneFromItem(item, "https://catalogue.test/");
const used = (one: Scene): SceneDecision => ({
  scene: one,
  offsetRule: "",
  offset: 0,
  evidence: "",
  cloud: null,
  validShare: null,
  versions: [],
  decision: "use",
  reason: "",
});

test("three dialects give one record", () => {
  const facts = [
    recorded.earthSearch()[0]!,
    recorded.planetaryComputer()[0]!,
    recorded.dataSpace(),
  ].map((item) => {
    const { tile, orbit, platform, datatake, origin, defect, generated, mask } = scene(item);
    return [tile, orbit, platform, datatake, origin, defect, generated, mask!.path.slice(0, 25)];
  });
  assert.deepEqual(facts, [
    [
      "31UDQ",
      51,
      "sentinel-2b",
      "GS2B_20230609T104629_032681",
      "earth-search",
      null,
      "2023-06-09T12:16:43.000000Z",
      "https://sentinel-cogs.s3.",
    ],
    [
      "35MNM",
      78,
      "sentinel-2a",
      "GS2A_20200731T080611_026673",
      "planetary-computer",
      null,
      "2020-08-18T06:27:51.328Z",
      "https://sentinel2l2a01.bl",
    ],
    [
      "33UVR",
      122,
      "sentinel-2b",
      "GS2B_20240110T100309_035755",
      "cdse",
      null,
      "2024-01-10T11:30:53.000000Z",
      "https://zipper.dataspace.",
    ],
  ]);
  const byKey = sceneFromItem(recorded.dataSpace(), { base: "https://x.test/", form: "s3" });
  assert.match(
    byKey.bands.B04!.path,
    /^s3:\/\/eodata\/Sentinel-2\/MSI\/L2A\/2024\/01\/10\/.*B04_10m\.jp2$/,
  );
  assert.equal(byKey.original, true);
});

const unasked: HttpFetch = () =>
  Promise.reject(new Error("a product offline has no files to list"));

test("the offset of every recorded item", async () => {
  const rules = (items: readonly StacItem[]) =>
    items.map((item) => {
      const { rule, offset } = decideOffset(scene(item), "B04");
      return `${rule} ${offset}`;
    });
  // The assets say -0.1 while the flag says removed: pixels decide, and a following of the asset would subtract twice.
  assert.deepEqual(rules(recorded.earthSearch()), Array(3).fill("R5-R9 null"));
  const pixels = { count: 9000, needed: 1000, darkBlue: 0.6, darkRed: 0.4 };
  const decided = decideOffset(scene(recorded.earthSearch()[0]!), "B04", { pixels });
  assert.deepEqual([decided.rule, decided.offset], ["R5", 0]);
  assert.deepEqual(rules(recorded.planetaryComputer()), Array(13).fill("R3 0"));
  assert.deepEqual(rules([recorded.dataSpace()]), ["R4 -1000"]);
  // Images of 2020 that were reprocessed in 2023: their date says nothing.
  const products = recorded.dataSpaceProducts().map((product) => ({ ...product, Online: false }));
  const items = await Promise.all(products.map((product) => itemFromProduct(unasked, product)));
  assert.deepEqual(
    items.map((item) => item.properties.datetime).map((time) => String(time).slice(0, 4)),
    ["2020", "2020"],
  );
  assert.deepEqual(rules(items), ["R4 -1000", "R4 -1000"]);
  const level2 = recorded
    .earthSearchPage()
    .features.filter(({ collection }) => collection!.endsWith("l2a"));
  assert.deepEqual(rules(level2), ["R4 -1000", "R5-R9 null", "R4 -1000", "R5-R9 null", "R4 -1000"]);
});

test("twins of two collections are one acquisition, of which one stays", () => {
  const level2 = recorded
    .earthSearchPage()
    .features.filter(({ collection }) => collection!.endsWith("l2a"))
    .map(scene);
  const pairs: string[] = [];
  level2.forEach((a, i) => {
    for (const b of level2.slice(i + 1)) {
      if (!sameAcquisition(a, b)) continue;
      const { kind, evidence } = relatePair(a, b, null);
      const dropped = [...findTwins([used(a), used(b)], null)];
      pairs.push(`${a.id} + ${b.id}: ${kind}, ${evidence}, drop ${dropped[0]?.[0]}`);
    }
  });
  assert.deepEqual(pairs, [
    "S2B_T20EPT_20250731T131905_L2A + S2B_20EPT_20250731_0_L2A: twin, footprints share 1.00, drop 1",
    "S2B_T24MUV_20250731T130245_L2A + S2B_24MUV_20250731_0_L2A: twin, footprints share 1.00, drop 1",
  ]);
});

const square = (south: number, north: number) => ({
  type: "Polygon",
  coordinates: [
    [
      [11, south],
      [12, south],
      [12, north],
      [11, north],
      [11, south],
    ],
  ],
});

test("decisions table of hand-made pairs", () => {
  const base = scene(recorded.earthSearch()[0]!);
  const at = (changes: Partial<Scene>): Scene => ({ ...base, ...changes });
  const full = square(46, 47);
  const upper = Uint8Array.of(1, 1, 1, 0, 0, 0);
  const lower = Uint8Array.of(0, 0, 0, 1, 1, 1);
  const most = Uint8Array.of(1, 1, 1, 1, 1, 0);
  type Pair = [
    name: string,
    a: Partial<Scene>,
    b: Partial<Scene>,
    covered: [Uint8Array, Uint8Array] | null,
    expected: string,
  ];
  const pairs: Pair[] = [
    [
      "halves of a datatake",
      { footprint: square(46.4, 47) },
      { footprint: square(46, 46.5) },
      null,
      "split",
    ],
    ["versions", { footprint: full }, { footprint: square(46.02, 47) }, null, "twin"],
    [
      "between, pixels apart",
      { footprint: full },
      { footprint: square(46.7, 47.3) },
      [upper, lower],
      "split",
    ],
    [
      "between, pixels alike",
      { footprint: square(46, 46.8) },
      { footprint: square(46.3, 47.1) },
      [most, most],
      "twin",
    ],
    ["no footprint, pixels alike", { footprint: null }, { footprint: full }, [most, most], "twin"],
    [
      "no footprint, pixels apart",
      { footprint: null },
      { footprint: null },
      [upper, lower],
      "split",
    ],
    [
      "two platforms of a day",
      { platform: "sentinel-2a" },
      { platform: "sentinel-2b" },
      null,
      "apart",
    ],
    ["neighbour tiles", { tile: "32TPS" }, { tile: "32TQS" }, null, "apart"],
    ["another datatake", { datatake: "GS2A_1" }, { datatake: "GS2A_2" }, null, "apart"],
    [
      "times minutes apart, no datatake",
      { datatake: null, time: "2019-11-25T07:56:58Z", footprint: full },
      { datatake: null, time: "2019-11-25T07:57:12Z", footprint: full },
      null,
      "twin",
    ],
    [
      "times an hour apart, no datatake",
      { datatake: null, time: "2019-11-25T07:00:00Z" },
      { datatake: null, time: "2019-11-25T08:00:00Z" },
      null,
      "apart",
    ],
  ];
  for (const [name, a, b, covered, expected] of pairs) {
    const [one, other] = [at(a), at(b)];
    const found = sameAcquisition(one, other) ? relatePair(one, other, covered).kind : "apart";
    assert.equal(found, expected, name);
  }
  assert.equal(footprintOverlap(full, null), null);
});

test("of versions the wanted family stays, then baseline, then generation, then share", () => {
  const base = scene(recorded.earthSearch()[0]!);
  const version = (id: string, minor: number, generated: string, share = 0.5): SceneDecision => ({
    ...used({ ...base, id, baseline: { major: minor < 10 ? 2 : 5, minor }, generated }),
    validShare: share,
  });
  const kept = (group: SceneDecision[], family?: "original" | "reprocessed") => {
    const gone = findTwins(group, null, family);
    return group.filter((_, i) => !gone.has(i)).map(({ scene: { id } }) => id);
  };
  const old = version("old", 9, "2019");
  const fresh = version("fresh", 10, "2023");
  assert.deepEqual(kept([old, fresh]), ["fresh"]);
  assert.deepEqual(kept([old, fresh], "original"), ["old"]);
  assert.deepEqual(kept([version("a", 9, "2019"), version("b", 9, "2020")]), ["b"]);
  assert.deepEqual(kept([version("a", 9, "2019", 0.9), version("b", 9, "2019", 0.4)]), ["a"]);
  assert.deepEqual(kept([old, fresh, version("third", 10, "2024")]), ["third"]);
});

test("the revisit of the satellites shows holes of a catalogue", () => {
  const series = recorded.planetaryComputer().map(scene);
  assert.deepEqual(missingDates(series), []);
  const holes = series.filter(({ time }) => !/^2020-06-(16|21)/.test(time));
  assert.deepEqual(missingDates(holes), [
    { tile: "35MNM", orbit: 78, dates: ["2020-06-16", "2020-06-21"] },
  ]);
});
