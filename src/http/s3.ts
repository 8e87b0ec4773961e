import { createHash, createHmac } from "node:crypto";
import { type Clock, systemClock } from "./clock.js";
import type { Credentials } from "./credentials.js";
import type { HttpFetch, HttpRequest } from "./http.js";

/** An object store reached by bucket and key. */
export interface ObjectStore {
  /** Address of the endpoint, `https://...`; buckets are the first part of the path. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: () => Credentials;
}

/** Reads `s3://bucket/key` from an object store, signed by AWS Signature Version 4. */
export function withS3(
  fetch: HttpFetch,
  store: ObjectStore,
  clock: Clock = systemClock,
): HttpFetch {
  return (request, options) => {
    const { host: bucket, pathname } = new URL(request.url);
    const url = `${store.endpoint}/${bucket}${pathname}`;
    return fetch(
      signed({ ...request, url }, store.region, store.credentials(), clock.now()),
      options,
    );
  };
}

const emptyBody = createHash("sha256").update("").digest("hex");

/**
 * A GET or HEAD request signed for an object store (AWS Signature Version 4, header form).
 *
 * @param now milliseconds since 1 January 1970
 */
export function signed(
  request: HttpRequest,
  region: string,
  { name, secret }: Credentials,
  now: number,
): HttpRequest {
  const { host, pathname, searchParams } = new URL(request.url);
  const time = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = time.slice(0, 8);
  const headers: Record<string, string> = {
    ...request.headers,
    host,
    "x-amz-content-sha256": emptyBody,
    "x-amz-date": time,
  };
  const names = Object.keys(headers).sort();
  const query = [...searchParams]
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .sort()
    .join("&");
  const path = pathname
    .split("/")
    .map((part) => encode(decodeURIComponent(part)))
    .join("/");
  const canonical = [
    request.method ?? "GET",
    path,
    query,
    ...names.map((key) => `${key}:${headers[key]!.trim()}`),
    "",
    names.join(";"),
    emptyBody,
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const hash = createHash("sha256").update(canonical).digest("hex");
  const text = ["AWS4-HMAC-SHA256", time, scope, hash].join("\n");
  const hmac = (key: string | Buffer, value: string) =>
    createHmac("sha256", key).update(value).digest();
  const key = [region, "s3", "aws4_request"].reduce(hmac, hmac(`AWS4${secret.reveal()}`, day));
  const signature = createHmac("sha256", key).update(text).digest("hex");
  const { host: _host, ...sent } = headers;
  const authorization = `AWS4-HMAC-SHA256 Credential=${name}/${scope},SignedHeaders=${names.join(";")},Signature=${signature}`;
  return { ...request, headers: { ...sent, authorization } };
}

/** Percent encoding of RFC 3986, which leaves letters, digits and `-._~` alone. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
