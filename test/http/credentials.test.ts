import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { inspect } from "node:util";
import { withBearer } from "../../src/http/bearer.js";
import { createHttpClient } from "../../src/http/client.js";
import { dataSpaceAccount, findCredentials } from "../../src/http/credentials.js";
import type { HttpFetch, HttpReply, HttpRequest } from "../../src/http/http.js";
import { signed } from "../../src/http/s3.js";
import { Secret } from "../../src/http/secret.js";
import { withSignature } from "../../src/http/signature.js";
import { createRandom } from "../../src/random.js";
import { fakeClock } from "./fakeClock.js";

const folder = mkdtempSync(join(tmpdir(), "phenocover-keys-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const json = (status: number, value: unknown): HttpReply => ({
  status,
  headers: {},
  body: new TextEncoder().encode(JSON.stringify(value)),
});

test("credentials come from the environment, then .netrc, then the key file", () => {
  const machine = dataSpaceAccount.machine;
  const netrc = file(
    "netrc",
    `machine other.test login x password y\n# machine ${machine}\nmachine ${machine}\n  login ann\n  password from-netrc\n`,
  );
  const keys = file("keys.json", JSON.stringify({ cdse: { name: "kim", secret: "from-file" } }));
  const env = {
    CDSE_USERNAME: "eve",
    CDSE_PASSWORD: "from-env",
    NETRC: netrc,
    PHENOCOVER_CREDENTIALS: keys,
  };
  const found = (from: Record<string, string>) => {
    const credentials = findCredentials(dataSpaceAccount, from);
    return credentials && [credentials.name, credentials.secret.reveal()];
  };
  assert.deepEqual(found(env), ["eve", "from-env"]);
  const { CDSE_USERNAME: _, ...rest } = env;
  assert.deepEqual(found(rest), ["ann", "from-netrc"]);
  assert.deepEqual(found({ NETRC: "/nowhere", PHENOCOVER_CREDENTIALS: keys }), [
    "kim",
    "from-file",
  ]);
  assert.equal(found({ NETRC: "/nowhere" }), null);
});

test("a file that others may read, or that says nothing, is refused without its text", () => {
  const open = file("open.json", JSON.stringify({ cdse: { name: "a", secret: "hidden" } }), 0o644);
  const broken = file("broken.json", '{"cdse": hidden');
  for (const [path, problem] of [
    [open, /open\.json: others may read it, expected mode 600/],
    [broken, /broken\.json: not JSON/],
    [join(folder, "no.json"), /no such file, named by PHENOCOVER_CREDENTIALS/],
  ] as const) {
    assert.throws(
      () => findCredentials(dataSpaceAccount, { NETRC: "/nowhere", PHENOCOVER_CREDENTIALS: path }),
      (error: Error) => problem.test(error.message) && !inspect(error).includes("hidden"),
    );
  }
});

test("a secret shows nowhere but where it is sent", () => {
  const secret = new Secret("hidden");
  for (const text of [`${secret}`, JSON.stringify({ secret }), inspect({ secret }, { depth: 9 })]) {
    assert.ok(!text.includes("hidden"), text);
  }
});

/** An identity service and a data host whose token can be revoked. */
function dataSpace({ refuseRefresh = false } = {}) {
  const grants: string[] = [];
  let valid = "";
  const fetch: HttpFetch = async ({ url, headers, body }: HttpRequest) => {
    if (url.includes("token")) {
      const grant = new URLSearchParams(body).get("grant_type")!;
      grants.push(grant);
      if (grant === "refresh_token" && refuseRefresh) return json(400, {});
      valid = `token-${grants.length}`;
      return json(200, {
        access_token: valid,
        expires_in: 600,
        refresh_token: "again",
        refresh_expires_in: 3600,
      });
    }
    return headers?.authorization === `Bearer ${valid}` ? json(200, "pixels") : json(401, "no");
  };
  return { grants, fetch, revoke: () => (valid = "nobody") };
}

const service = {
  url: "https://id.test/token",
  client: "cdse-public",
  credentials: () => ({ name: "ann", secret: new Secret("hidden"), source: ".netrc" }),
};

test("one login serves many requests, expiry and 401 refresh it once", async () => {
  const clock = fakeClock();
  const host = dataSpace();
  const fetch = withBearer(host.fetch, service, clock);
  await Promise.all([1, 2, 3].map((i) => fetch({ url: `https://data.test/${i}` })));
  assert.deepEqual(host.grants, ["password"]);
  clock.time += 580_000;
  assert.equal((await fetch({ url: "https://data.test/4" })).status, 200);
  host.revoke();
  assert.equal((await fetch({ url: "https://data.test/5" })).status, 200);
  assert.deepEqual(host.grants, ["password", "refresh_token", "refresh_token"]);
  clock.time += 4_000_000;
  await fetch({ url: "https://data.test/6" });
  assert.equal(host.grants.at(-1), "password");
});

test("a refused refresh logs in again, a refused login is one clear error", async () => {
  const clock = fakeClock();
  const host = dataSpace({ refuseRefresh: true });
  const fetch = withBearer(host.fetch, service, clock);
  await fetch({ url: "https://data.test/1" });
  host.revoke();
  assert.equal((await fetch({ url: "https://data.test/2" })).status, 200);
  assert.deepEqual(host.grants, ["password", "refresh_token", "password"]);
  const refused = withBearer(async () => json(401, { error: "hidden" }), service, clock);
  await assert.rejects(refused({ url: "https://data.test/3" }), (error: Error) => {
    assert.equal(
      error.message,
      "https://id.test/token: answered 401 to the login, credentials from .netrc",
    );
    return !inspect(error).includes("hidden");
  });
});

test("an expired token that stays expired ends after one repeat", async () => {
  let data = 0;
  const fetch: HttpFetch = async ({ url }) => {
    if (url.includes("token")) return json(200, { access_token: "a", expires_in: 600 });
    data++;
    return json(403, {});
  };
  const reply = await withBearer(fetch, service, fakeClock())({ url: "https://data.test/1" });
  assert.deepEqual([reply.status, data], [403, 2]);
});

test("a blob signature serves its container until it ends", async () => {
  const clock = fakeClock(Date.UTC(2024, 0, 1));
  const asked: string[] = [];
  let refuse = 0;
  const fetch: HttpFetch = async ({ url }) => {
    asked.push(url);
    if (!url.includes("/sas/")) return json(refuse-- > 0 ? 403 : 200, url);
    const end = new Date(clock.now() + 3_600_000).toISOString();
    return json(200, { token: `se=${encodeURIComponent(end)}&sig=hidden${asked.length}` });
  };
  const tokenUrl = (account: string, container: string) =>
    `https://pc.test/sas/${account}/${container}`;
  const read = withSignature(fetch, { tokenUrl }, clock);
  for (const name of ["a", "b"]) await read({ url: `https://acc.blob.test/box/${name}.tif` });
  const tokens = () => asked.filter((url) => url.includes("/sas/"));
  assert.deepEqual(tokens(), ["https://pc.test/sas/acc/box"]);
  assert.match(asked[1]!, /box\/a\.tif\?se=.*&sig=hidden1$/);
  refuse = 1;
  assert.equal((await read({ url: "https://acc.blob.test/box/c.tif" })).status, 200);
  assert.equal(tokens().length, 2);
  clock.time += 3_590_000;
  await read({ url: "https://acc.blob.test/box/d.tif" });
  assert.equal(tokens().length, 3);
  const without = withSignature(async () => json(429, {}), { tokenUrl }, clock);
  await assert.rejects(
    without({ url: "https://acc.blob.test/box/e.tif" }),
    /sas\/acc\/box: answered 429 without a token/,
  );
});

test("a request to an object store is signed as its documentation shows", () => {
  const { headers } = signed(
    { url: "https://examplebucket.s3.amazonaws.com/test.txt", headers: { range: "bytes=0-9" } },
    "us-east-1",
    {
      name: "AKIAIOSFODNN7EXAMPLE",
      secret: new Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
      source: "example",
    },
    Date.UTC(2013, 4, 24),
  );
  assert.equal(
    headers!.authorization,
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  );
});

test("the client signs for the hosts that ask for it and for no other", async () => {
  const sent: HttpRequest[] = [];
  const transport: HttpFetch = async (request) => {
    sent.push(request);
    if (request.url.includes("/sas/")) return json(200, { token: "se=2030-01-01&sig=hidden" });
    if (request.url.includes("openid-connect")) {
      return json(200, { access_token: "hidden", expires_in: 600 });
    }
    return json(200, {});
  };
  const env = {
    CDSE_USERNAME: "ann",
    CDSE_PASSWORD: "hidden",
    CDSE_S3_ACCESS_KEY: "key",
    CDSE_S3_SECRET_KEY: "hidden",
  };
  const client = createHttpClient({ random: createRandom(1), env, clock: fakeClock(), transport });
  const last = async (url: string) => {
    await client.data({ url });
    return sent.at(-1)!;
  };
  const plain = await last("https://sentinel-cogs.s3.us-west-2.amazonaws.com/B04.tif");
  assert.equal(JSON.stringify(plain).includes("hidden"), false);
  const blob = await last("https://sentinel2l2a01.blob.core.windows.net/sentinel2-l2/B04.tif");
  assert.match(blob.url, /sig=hidden$/);
  const node = await last("https://zipper.dataspace.copernicus.eu/odata/v1/Products(1)/$value");
  assert.equal(node.headers?.authorization, "Bearer hidden");
  const object = await last("s3://eodata/Sentinel-2/x.jp2");
  assert.equal(object.url, "https://eodata.dataspace.copernicus.eu/eodata/Sentinel-2/x.jp2");
  assert.match(object.headers!.authorization!, /^AWS4-HMAC-SHA256 Credential=key\//);
  await assert.rejects(client.data({ url: "s3://sentinel-s2-l2a/x.jp2" }), /has no keys for/);
  const anonymous = createHttpClient({
    random: createRandom(1),
    env: { NETRC: "/nowhere" },
    clock: fakeClock(),
    transport,
  });
  await assert.rejects(
    anonymous.data({ url: "s3://eodata/x.jp2" }),
    /no credentials: expected CDSE_S3_ACCESS_KEY and CDSE_S3_SECRET_KEY/,
  );
});
