import { ServiceError, UsageError } from "../errors.js";
import { type HttpFetch, publicAddress } from "./http.js";

/** Variable that holds the seconds without a byte after which a connection counts as stalled (30). */
export const timeoutVariable = "PHENOCOVER_TIMEOUT";

/** @throws UsageError when the variable holds no positive number */
function stallTime(): number {
  const text = process.env[timeoutVariable] ?? "30";
  const seconds = Number(text);
  if (text.trim() !== "" && seconds > 0) return seconds * 1000;
  throw new UsageError(timeoutVariable, `${JSON.stringify(text)} is not a number of seconds`);
}

/**
 * The bare way to the network: one request, one complete reply. A body shorter than its
 * `Content-Length` and a connection that stalls are failures, never replies.
 *
 * @throws ServiceError when no complete reply arrives
 */
export function createTransport({ stall = stallTime() } = {}): HttpFetch {
  return async ({ url, method = "GET", headers = {}, body }, { signal } = {}) => {
    const address = publicAddress(url);
    const stalled = new AbortController();
    let timer = setTimeout(() => stalled.abort(), stall);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => stalled.abort(), stall);
    };
    try {
      const reply = await fetch(url, {
        method,
        // A range of compressed bytes would not be a range of the file.
        headers: headers.range ? { "accept-encoding": "identity", ...headers } : headers,
        signal: signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
        ...(body === undefined ? {} : { body }),
      });
      alive();
      const parts: Uint8Array[] = [];
      let length = 0;
      if (reply.body) {
        for await (const part of reply.body) {
          parts.push(part);
          length += part.byteLength;
          alive();
        }
      }
      const stated = reply.headers.get("content-length");
      const plain = !reply.headers.get("content-encoding") && method !== "HEAD";
      if (stated !== null && plain && Number(stated) !== length) {
        throw new ServiceError(address, `${length} bytes, expected ${stated}`);
      }
      return {
        status: reply.status,
        headers: Object.fromEntries(reply.headers),
        body: parts.length === 1 ? parts[0]! : Buffer.concat(parts),
      };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ServiceError) throw error;
      if (stalled.signal.aborted) {
        throw new ServiceError(address, `no byte for ${stall / 1000} s`);
      }
      throw new ServiceError(address, `no complete reply: ${reasonOf(error)}`);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Code or message of the innermost failure; messages that quote an address are not passed on. */
function reasonOf(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  const { code, message } = inner as { code?: unknown; message?: string };
  if (typeof code === "string" && !/^UND_ERR_INVALID|^ERR_INVALID/.test(code)) return code;
  return message && !message.includes("://") ? message : "the request failed";
}
