import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { main } from "../../src/cli/main.js";
import { packageRoot, packageVersion } from "../../src/packageRoot.js";
import { writeRecord } from "../../src/run/record.js";
import { retrieveScenes } from "../../src/scenes/retrieveScenes.js";
import { openStudy } from "../../src/study/openStudy.js";
import { recorded } from "../catalogue/recorded.js";
import { stacServer } from "../catalogue/stacServer.js";
import { at, byteFaults, bytes, type Loopback, startLoopback } from "../http/loopback.js";
import { fakeSetting, fakeSteps } from "../run/fakeStudy.js";

const folder = mkdtempSync(join(tmpdir(), "phenocover-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command line with its streams caught. */
async function call(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const stream = (take: (text: string) => void) => ({
    write: (text: string) => {
      take(text);
      return true;
    },
  });
  const code = await main(args, {
    stdout: stream((text) => {
      out += text;
    }) as unknown as NodeJS.WritableStream,
    stderr: stream((text) => {
      err += text;
    }) as unknown as NodeJS.WritableStream,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

test("help and version exit with 0, no command with 2", async () => {
  const help = await call("--help");
  assert.equal(help.code, 0);
  assert.match(help.out, /reproduce .*\n.* run /);
  assert.deepEqual(await call("--version"), { code: 0, out: `${packageVersion()}\n`, err: "" });
  assert.equal((await call()).code, 2);
});

test("every command explains itself", async () => {
  const { out } = await call("--help");
  const names = [...out.matchAll(/^ {2}([a-z]+) {2,}/gm)].map((match) => match[1]!);
  assert.equal(names.length, 10);
  for (const name of names) {
    const help = await call(name, "--help");
    assert.equal(help.code, 0, name);
    assert.match(help.out, new RegExp(`^Usage: phenocover ${name} `), name);
  }
});

const faults: [args: string[], expected: RegExp][] = [
  [["reprduce"], /reprduce: unknown command, did you mean reproduce\?/],
  [["reproduce"], /arguments: 0 given, expected at least 1/],
  [["reproduce", "demo-alps", "--yaers", "1"], /--yaers: unknown option, did you mean --years\?/],
  [["reproduce", "demo-alps", "--seed", "one"], /--seed: "one" is not a whole number/],
  [["reproduce", "demo-alps", "--size", "tiny"], /--size: "tiny" is not one of small, full/],
  [["reproduce", "demo-alps", "--set", "epochs"], /--set: "epochs" is not name=value/],
  [
    ["reproduce", "demo-alps", "--set", "epochs=0"],
    /data-manifests\/demo-alps.yaml: parameters.epochs: 0 is not in 1\.\.1000/,
  ],
  [["reproduce", "demo-alps", "--years", "2018,2031"], /demo-alps.yaml: years: 2031 is asked for/],
  [["reproduce", "demo-alps", "--only", "09-more"], /--only: no step 09-more/],
  [["reproduce", "nowhere"], /nowhere: manifest: no such file and no region of that name/],
  [["search", "slovenia", "extra"], /extra: unexpected argument/],
  [["kernel", "begin"], /begin: unknown action/],
];

for (const [args, expected] of faults) {
  test(`one line and exit code 2: ${args.join(" ")}`, async () => {
    const { code, err } = await call(...args);
    assert.match(err, expected);
    assert.equal(err.trim().split("\n").length, 1, err);
    assert.equal(code, 2);
  });
}

test("a label raster elsewhere and years without a valid date stop before any step", async () => {
  const { code, err } = await call(
    ...["reproduce", "slovenia", "--out", join(folder, "out")],
    ...["--set", "labels.path=data/flanders-2018/LC.tif", "--set", "labels.legend.11=forest"],
  );
  assert.match(err, /slovenia.yaml: labels.path: .*does not overlap/);
  assert.equal(code, 2);
});

test("a forgotten scale and images of another zone stop before any step, with what was found", async () => {
  const data = join(packageRoot(), "data-manifests/data/flanders-2018");
  const stated = (scale: string, epsg: number) => `region: stated
title: Stated
area: {epsg: ${epsg}, bounds: [501360, 5629040, 502000, 5629680], resolution: 10}
years: [2018]
images:
  kind: folder
  path: ${data}
  mask: {pattern: "scl_10m/SCL_*.tif", invalid: [0, 1, 2, 3, 8, 9, 10]}
  bands:
    B04: {pattern: "s2l2a_10m/S2_*.tif", band: B04, scale: 0.0001}
    B08: {pattern: "s2l2a_10m/S2_*.tif", band: B08${scale}}
labels: {kind: raster, path: ${data}/LC.tif, year: 2018, legend: {11: cropland}}
classes: [{id: 11, name: cropland, colour: "#F9BC34"}, {id: 13, name: grassland, colour: "#C5F381"}]
`;
  const refused = async (text: string, expected: RegExp, command: string[]) => {
    const manifest = join(folder, "stated.yaml");
    writeFileSync(manifest, text);
    const { code, err } = await call(command[0]!, manifest, ...command.slice(1));
    assert.match(err, expected);
    assert.ok(code === 2 || command[0] === "search", err);
  };
  const forgotten =
    /stated.yaml: images\.bands\.B08\.scale: with scale 1 and offset 0 .*S2_\d{8}T\d{6}\.tif holds \d+ to \d+, expected reflectance, 0 to 1; .* need scale 0\.0001/;
  const out = ["--out", join(folder, "stated")];
  await refused(stated("", 32631), forgotten, ["reproduce", ...out]);
  await refused(
    stated(", scale: 0.00000001", 32631),
    /B08\.scale: with scale 1e-8 .* holds [\d.e-]+ to [\d.e-]+, expected/,
    ["search"],
  );
  await refused(
    stated(", scale: 0.0001", 32632),
    /no usable scene in the mapping year, expected at least one; 91 of 91 are left out like \d{8}T\d{6}: does not cover the area: it lies at EPSG:32631, 501360 5629040 502000 5629680/,
    ["search"],
  );
});

test("search prints the decision about every scene", async () => {
  const { code, out } = await call("search", "slovenia", "--json");
  assert.equal(code, 0);
  const rows = JSON.parse(out) as { decision: string }[];
  assert.equal(rows.length, 68);
  assert.ok(rows.filter(({ decision }) => decision === "use").length > 20);
});

test("search counts scenes and writes footprints", async () => {
  const { out } = await call("search", "slovenia", "--count");
  assert.match(out, /^year,use,drop,hold\n2015,.*\n2016,.*\n2017,.*\nall,\d+,\d+,\d+\n$/);
  const footprints = await call("search", "slovenia", "--footprints", "-");
  const { features } = JSON.parse(footprints.out) as { features: { properties: object }[] };
  assert.equal(features.length, 68);
  assert.ok("offset_rule" in features[0]!.properties);
  assert.equal(footprints.err, "");
});

test("search asks a catalogue on the network for records only, and a run names images that are gone", async () => {
  const day = (date: string) => ({
    ...recorded.earthSearch()[0]!,
    id: `S2A_31UDS_${date}`,
    bbox: [2.9, 50.7, 3.2, 50.9],
    properties: { ...recorded.earthSearch()[0]!.properties, datetime: `${date}T10:50:00Z` },
  });
  const items = ["2018-02-01", "2018-06-01", "2018-09-09"].map(day);
  const server: Loopback = await startLoopback((seen, reply) =>
    stacServer(() => server.url, { items })(seen, reply),
  );
  for (const item of items) {
    for (const [name, asset] of Object.entries(item.assets as Record<string, { href: string }>)) {
      asset.href = `${server.url}/gone/${item.id}/${name}.tif`;
    }
  }
  try {
    const manifest = join(folder, "remote.yaml");
    writeFileSync(
      manifest,
      `region: remote
title: Remote
area: [3.019, 50.811, 3.026, 50.816]
years: [2018]
images: {kind: stac, catalog: "${server.url}/v1", collection: sentinel-2-l2a}
labels: {kind: clc, path: ${join(packageRoot(), "data-manifests/data/flanders-2018/LC.tif")}, year: 2018}
`,
    );
    const { code, out } = await call("search", manifest, "--json");
    assert.equal(code, 0);
    const rows = JSON.parse(out) as { id: string; offset_rule: string; valid_share: string }[];
    assert.deepEqual(
      rows.map(({ id, offset_rule, valid_share }) => [id, offset_rule, valid_share]),
      items.map(({ id }) => [id, "R5-R9", ""]),
    );
    const small = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
    server.answer(
      at(
        /2018-02-01\/thumbnail/,
        bytes(() => small),
      ),
      at(/2018-06-01\/thumbnail/, byteFaults.htmlPage()),
    );
    const sheet = join(folder, "quicklooks.html");
    assert.equal((await call("search", manifest, "--count", "--quicklooks", sheet)).code, 0);
    const page = readFileSync(sheet, "utf8");
    assert.equal(page.split("<figure").length - 1, 3);
    assert.equal(page.split("<svg").length - 1, 3, "a footprint each");
    assert.ok(page.includes(`<img src="data:image/jpeg;base64,${small.toString("base64")}"`));
    assert.match(page, /the file is no JPEG, PNG or WebP/);
    assert.match(page, /2018-09-09\/thumbnail\.tif: answered 404, expected a picture/);
    assert.match(page, /2018-06-01 10:50, 31UDQ, orbit 51, cloud \d+ %/);
    const asked = (images: boolean) =>
      server.seen.filter(
        ({ url }) => url.startsWith("/gone/") === images && !url.includes("thumbnail"),
      ).length;
    assert.equal(asked(true), 0);
    const study = await openStudy({ manifest, runDir: join(folder, "remote-run") });
    await assert.rejects(retrieveScenes(study), /year 2018 of remote: no usable scene/);
    assert.ok(asked(true) > 0);
    const records = asked(false);
    await assert.rejects(retrieveScenes(study), /no usable scene/);
    assert.equal(asked(false), records, "the written answer is read instead of asking again");
  } finally {
    await server.close();
  }
});

test("verify answers with 1 where a file is missing or the folder is no run", async () => {
  const root = join(folder, "run");
  const { header } = await fakeSetting(root, fakeSteps(folder), 1, []);
  const step = {
    name: "01-first",
    status: "complete" as const,
    hash: "",
    basis: { notebook: "", code: "", engine: "", parameters: "", inputs: "", earlier: "" },
    started: "",
    seconds: 1,
    peakMemory: null,
    workers: 1,
    engine: "",
    products: [{ path: "scenes.csv", bytes: 1, sha256: "" }],
  };
  await writeRecord(root, { ...header, decisions: null, steps: [step] });
  const missing = await call("verify", root);
  assert.deepEqual([missing.code, missing.out.split("\n")[0]], [1, "scenes.csv is missing"]);
  writeFileSync(join(root, "scenes.csv"), "xy");
  assert.match((await call("verify", root)).out, /scenes.csv has 2 bytes, recorded were 1/);
  const none = await call("verify", folder);
  assert.equal(none.code, 1);
  assert.match(none.err, /run.json: no such file/);
});

test("compare shows the settings in which runs differ", async () => {
  const roots = [join(folder, "a"), join(folder, "b")];
  for (const [i, root] of roots.entries()) {
    const { header } = await fakeSetting(root, fakeSteps(folder), i + 1, []);
    await writeRecord(root, { ...header, decisions: null, steps: [] });
  }
  const { code, out } = await call("compare", ...roots);
  assert.equal(code, 0);
  assert.match(out, /training seed +1 +2/);
});

test("kernel install writes a kernel specification below the prefix", async () => {
  const { code, out } = await call("kernel", "install", "--prefix", folder);
  assert.equal(code, 0);
  assert.match(out, /kernels\/phenocover\/kernel\.json/);
});
