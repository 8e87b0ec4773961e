import { ServiceError } from "../errors.js";
import { type HttpFetch, type HttpReply, publicAddress } from "./http.js";
import type { FaultOf } from "./retry.js";

/** What is known of a file on the network. */
export interface RemoteFile {
  readonly size: number;
  /** What the server calls this version of the file; null where it says nothing. */
  readonly etag: string | null;
}

/** Bytes of a file, and the file that they come from. */
export interface RangeReply {
  readonly file: RemoteFile;
  readonly bytes: Uint8Array;
}

/**
 * Reads a range of a file and checks that the answer is that range: status 206, `Content-Range`,
 * length and the version of the file. A client that repeats requests with {@link rangeFault} has
 * asked again for wrong answers, such as the error page of a proxy.
 *
 * @param length bytes wanted; fewer are given at the end of the file
 * @param file the file as the first answer described it
 * @throws ServiceError when the file is missing, cannot be read in ranges, has changed, or answers
 *   are wrong
 */
export async function readRange(
  fetch: HttpFetch,
  url: string,
  offset: number,
  length: number,
  file: RemoteFile | null,
  signal?: AbortSignal,
): Promise<RangeReply> {
  const address = publicAddress(url);
  const request = { url, headers: { range: `bytes=${offset}-${offset + length - 1}` } };
  const reply = await fetch(request, signal ? { signal } : {});
  if (reply.status >= 400) {
    const problem = `answered ${reply.status}, expected bytes ${offset}-${offset + length - 1}`;
    throw new ServiceError(address, problem, reply.status);
  }
  const fault = rangeFault(reply, request);
  if (fault !== null) throw new ServiceError(address, fault, reply.status);
  const found = { size: stated(reply)!.total, etag: reply.headers.etag ?? null };
  if (file && (found.etag !== file.etag || found.size !== file.size)) {
    const versions = `ETag ${file.etag ?? "none"} and ${file.size} bytes, then ${found.etag ?? "none"} and ${found.size}`;
    throw new ServiceError(address, `changed while it was read: ${versions}`, reply.status);
  }
  return { file: file ?? found, bytes: reply.body };
}

/** Why a reply without an error status is not the range that was asked for; null where it is. */
export const rangeFault: FaultOf = (reply, { headers }) => {
  const asked = /^bytes=(\d+)-(\d+)$/.exec(headers?.range ?? "");
  if (!asked || reply.status >= 400) return null;
  const [offset, end] = [Number(asked[1]), Number(asked[2])];
  const type = reply.headers["content-type"] ?? "";
  if (/html|xml|json/.test(type)) return `answered a page (${type}), expected bytes of a file`;
  if (reply.status !== 206) {
    return `answered ${reply.status} to a range, expected 206 from a server that serves ranges`;
  }
  const range = stated(reply);
  if (!range) {
    return `Content-Range is ${reply.headers["content-range"] ?? "absent"}, expected bytes ${offset}-`;
  }
  const last = Math.min(end, range.total - 1);
  if (range.from !== offset || range.to !== last) {
    return `answered bytes ${range.from}-${range.to}, expected ${offset}-${last}`;
  }
  const expected = last - offset + 1;
  if (reply.body.length !== expected) {
    return `answered ${reply.body.length} bytes, expected ${expected}`;
  }
  return isPage(reply.body) ? "answered a page under the headers of a file" : null;
};

/** Whether bytes begin like a page: proxies put their own in place of a file's and keep its headers. */
function isPage(body: Uint8Array): boolean {
  const start = Buffer.from(body.subarray(0, 64)).toString("latin1");
  return /^\s*<(!doctype|html|\?xml)\b/i.test(start);
}

function stated({ headers }: HttpReply): { from: number; to: number; total: number } | null {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers["content-range"] ?? "");
  if (!match) return null;
  const [from, to, total] = match.slice(1).map(Number);
  return { from: from!, to: to!, total: total! };
}
