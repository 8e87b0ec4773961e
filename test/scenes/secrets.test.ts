import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { StacItem } from "../../src/catalogue/item.js";
import { packageRoot } from "../../src/packageRoot.js";
import { stacServer } from "../catalogue/stacServer.js";
import { filesOf } from "../cube/filesOf.js";
import { bytes, type Handler, startLoopback } from "../http/loopback.js";

// Every secret holds this word, names of accounts and keys among them.
const word = "geheim";
const folder = await mkdtemp(join(tmpdir(), "phenocover-services-"));
after(() => rm(folder, { recursive: true, force: true }));
const golden = join(packageRoot(), "test", "raster", "golden", "jpeg2000");
const images = {
  fine: await readFile(join(golden, "walked.jp2")),
  coarse: await readFile(join(golden, "coarse.jp2")),
  classes: await readFile(join(golden, "classes.jp2")),
};
const bands = "B02_10m B03_10m B04_10m B08_10m B05_20m B06_20m B07_20m B8A_20m B11_20m B12_20m";

/** Items whose files lie with the Copernicus Data Space or in Planetary Computer's store. */
function items(service: "cdse" | "planetary-computer"): StacItem[] {
  return ["2020-05-01", "2020-07-11", "2020-09-21"].map((day) => {
    const place = `Sentinel-2/MSI/L2A/${day}`;
    const assets = Object.fromEntries(
      `${bands} SCL_20m`.split(" ").map((name) => {
        if (service !== "cdse") {
          const href = `https://sentinel2l2a01.blob.core.windows.net/sentinel2-l2/${day}/${name}.jp2`;
          return [name.slice(0, 3), { href }];
        }
        const s3 = { href: `s3://eodata/${place}/${name}.jp2` };
        const href = `https://zipper.dataspace.copernicus.eu/odata/v1/Products(1)/Nodes(${day}_${name}.jp2)/$value`;
        return [name, { href, alternate: { s3 } }];
      }),
    );
    const properties = {
      datetime: `${day}T10:10:31Z`,
      "grid:code": "MGRS-32TPS",
      platform: "sentinel-2a",
      [service === "cdse" ? "processing:version" : "s2:processing_baseline"]: "02.14",
      ...(service === "cdse" ? {} : { "s2:mgrs_tile": "32TPS" }),
      "eo:cloud_cover": 10,
    };
    return { id: `S2A_${day}`, collection: "sentinel-2-l2a", properties, assets };
  });
}

/** What the services saw: logins, and requests with a secret that was refused. */
const seen = { logins: 0, refreshed: 0, expired: 0, signed: 0 };
let current = "";
let refuseLogin = false;

const json = (reply: Parameters<Handler>[1], code: number, value: object) => {
  reply.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(value));
  return true;
};

const catalogue =
  (host: string, service: "cdse" | "planetary-computer"): Handler =>
  (request, reply) =>
    request.url.startsWith(host)
      ? stacServer(() => server.url, { items: items(service) })(
          { ...request, url: request.url.slice(host.length) },
          reply,
        )
      : false;

const identity: Handler = ({ url, body }, reply) => {
  if (!url.startsWith("/identity.dataspace.copernicus.eu/")) return false;
  const asked = new URLSearchParams(body);
  if (refuseLogin) return json(reply, 401, { error: `no account ${asked.get("password")}` });
  if (asked.get("grant_type") === "password") {
    assert.equal(asked.get("password"), `${word}-password`);
    seen.logins++;
  } else seen.refreshed++;
  current = `${word}-token-${seen.logins}-${seen.refreshed}`;
  return json(reply, 200, {
    access_token: current,
    expires_in: 600,
    refresh_token: `${word}-refresh`,
    refresh_expires_in: 3600,
  });
};

/** Products of the OData catalogue, with the folder that their nodes lead to. */
const odata: Handler = ({ url }, reply) => {
  const asked = new URL(url, server.url);
  if (/^\/download\..*Nodes\(GRANULE\)\/Nodes$/.test(asked.pathname)) {
    return json(reply, 200, { result: [{ Name: "L2A_T32TPS_A026390" }] });
  }
  if (!asked.pathname.startsWith("/catalogue.dataspace.copernicus.eu/odata/v1/Products")) {
    return false;
  }
  const span = [...asked.searchParams.get("$filter")!.matchAll(/ContentDate\/Start \w\w (\S+)/g)];
  const [from, to] = span.map(([, time]) => Date.parse(time!));
  const value = ["20200501", "20200711", "20200921"].flatMap((day) => {
    const start = `${day.replace(/(....)(..)(..)/, "$1-$2-$3")}T10:10:31.024Z`;
    if (Date.parse(start) < from! || Date.parse(start) >= to!) return [];
    const facts = { tileId: "32TPS", platformSerialIdentifier: "A", processorVersion: "02.14" };
    return [
      {
        Id: day,
        Name: `S2A_MSIL2A_${day}T101031_N0214_R022_T32TPS_${day}T212505.SAFE`,
        Online: true,
        ContentLength: 1,
        ContentDate: { Start: start },
        Attributes: Object.entries(facts).map(([Name, Value]) => ({ Name, Value })),
      },
    ];
  });
  return json(reply, 200, { value });
};

const signature: Handler = ({ url }, reply) =>
  url.startsWith("/planetarycomputer.microsoft.com/api/sas/")
    ? json(reply, 200, { token: `se=2099-01-01T00%3A00%3A00Z&sig=${word}-signature` })
    : false;

/** Files of all three stores; each asks for its own kind of secret. */
const store: Handler = (request, reply) => {
  const { url, headers } = request;
  const name = /(\w{3})(_\d\dm)?\.jp2/.exec(url);
  if (!name) return false;
  const authorization = headers.authorization ?? "";
  if (/^\/(zipper|download)\./.test(url)) {
    // The first token ends in the middle of the work.
    if (seen.refreshed === 0 && seen.expired === 0 && url.includes("2020-09-21")) {
      seen.expired++;
      return json(reply, 401, { detail: `expired ${authorization}` });
    }
    if (!authorization.startsWith(`Bearer ${word}-token`)) return json(reply, 403, {});
  } else if (url.startsWith("/eodata.")) {
    if (!authorization.includes(`Credential=${word}-key/`)) return json(reply, 403, {});
    seen.signed++;
  } else if (!url.includes(`sig=${word}-signature`)) return json(reply, 404, {});
  const kind = name[1] === "SCL" ? "classes" : /B0[2348]/.test(name[1]!) ? "fine" : "coarse";
  return bytes(() => images[kind], `"${kind}"`)(request, reply);
};

const server = await startLoopback(
  catalogue("/stac.dataspace.copernicus.eu", "cdse"),
  catalogue("/planetarycomputer.microsoft.com/api/stac", "planetary-computer"),
  odata,
  identity,
  signature,
  store,
);
after(() => server.close());

/** Runs a region in a process of its own whose services lie on the test's server. */
async function run(
  name: string,
  images: string,
  env: Readonly<Record<string, string>>,
  ...commands: string[]
) {
  const manifest = join(folder, `${name}.yaml`);
  await writeFile(
    manifest,
    `region: ${name}
title: Files of a service
area: {epsg: 32632, bounds: [600300, 5098200, 601600, 5099600], resolution: 10}
years: [2020]
images: {kind: stac, collection: sentinel-2-l2a, ${images}}
labels: {kind: clc, path: ${join(golden, "classes.jp2")}, year: 2020}
`,
  );
  const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(
    process.execPath,
    [
      ...["--import", here("../http/loopbackHosts.js"), here("./retrieveChild.js")],
      ...[manifest, join(folder, name), ...commands],
    ],
    {
      env: {
        ...process.env,
        HOME: folder,
        ...env,
        PHENOCOVER_TEST_SERVER: server.url,
      },
    },
  );
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part) => {
      text += part;
    });
  }
  const [code] = await once(child, "close");
  return { code: code as number, text };
}

/** Looks for the word in all that was printed and in every byte that was written. */
async function assertHidden(text: string, kept: readonly string[] = []): Promise<void> {
  assert.ok(!text.includes(word), text.slice(Math.max(0, text.indexOf(word) - 200)));
  const files = await filesOf(folder);
  assert.ok(files.size > 0);
  for (const [name, content] of files) {
    if (!kept.includes(name)) assert.ok(!content.includes(word), name);
  }
}

const account = { CDSE_USERNAME: `${word}-user`, CDSE_PASSWORD: `${word}-password` };

test("with an account whose token ends in mid run the cube is built, and no secret is written", async () => {
  const { code, text } = await run("account", "catalog: cdse", account);
  assert.equal(code, 0, text);
  assert.match(text, /"scenes":3/);
  assert.equal(seen.expired, 1);
  // Two threads measure and two build; each logs in once, whatever it reads.
  assert.ok(seen.logins >= 1 && seen.logins <= 4 && seen.refreshed >= 1, JSON.stringify(seen));
  await assertHidden(text);
});

test("products of the OData catalogue are read by their nodes", async () => {
  const { code, text } = await run("odata", "catalog: cdse-odata", account);
  assert.equal(code, 0, text);
  assert.match(text, /"scenes":3/);
  assert.ok(server.seen.some(({ url }) => /^\/download\..*B04_10m\.jp2\)\/\$value$/.test(url)));
  await assertHidden(text);
});

test("with keys of the object store in a file, and with signatures, likewise; doctor says where they lie", async () => {
  const keys = join(folder, "keys.json");
  const groups = { "cdse-s3": { name: `${word}-key`, secret: `${word}-secret` } };
  await writeFile(keys, JSON.stringify(groups), { mode: 0o600 });
  const env = { PHENOCOVER_CREDENTIALS: keys };
  const byKeys = await run("keys", "catalog: cdse, access: s3", env, "doctor");
  assert.equal(byKeys.code, 0, byKeys.text);
  assert.match(byKeys.text, /credentials +cdse-s3 from key file/);
  assert.match(byKeys.text, /"scenes":3/);
  assert.ok(seen.signed > 10);
  await assertHidden(byKeys.text, ["keys.json"]);
  const signed = await run("signed", "catalog: planetary-computer", {});
  assert.equal(signed.code, 0, signed.text);
  assert.match(signed.text, /"scenes":3/);
  await assertHidden(signed.text, ["keys.json"]);
});

test("a refused login and missing credentials are one error each, without what the service quotes", async () => {
  refuseLogin = true;
  const refused = await run("refused", "catalog: cdse", account);
  assert.equal(refused.code, 1);
  assert.match(
    refused.text,
    /openid-connect\/token: answered 401 to the login, credentials from environment \(CDSE_USERNAME, CDSE_PASSWORD\)/,
  );
  await assertHidden(refused.text, ["keys.json"]);
  const missing = await run("missing", "catalog: cdse", {});
  assert.equal(missing.code, 1);
  assert.match(missing.text, /no credentials: expected CDSE_USERNAME and CDSE_PASSWORD in the env/);
});
