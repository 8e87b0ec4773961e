import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { isJsonObject, type JsonObject } from "../document/notebook.js";

/** A message of the Jupyter protocol as it arrived. */
export interface KernelMessage {
  readonly type: string;
  readonly date: string;
  /** id of the request that it belongs to; empty when it belongs to none */
  readonly parent: string;
  readonly metadata: JsonObject;
  readonly content: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

const DELIMITER = Buffer.from("<IDS|MSG>");

/** Frames of a request of protocol 5.3, signed by HMAC-SHA256. */
export function encodeRequest(
  key: string,
  session: string,
  type: string,
  content: JsonObject,
): { readonly id: string; readonly frames: Buffer[] } {
  const id = randomUUID();
  const header = {
    msg_id: id,
    msg_type: type,
    session,
    username: "runner",
    date: new Date().toISOString(),
    version: "5.3",
  };
  const parts = [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
  return { id, frames: [DELIMITER, Buffer.from(sign(key, parts)), ...parts] };
}

/** The message in `frames`; undefined when it is malformed or not signed with the key. */
export function decodeMessage(key: string, frames: readonly Buffer[]): KernelMessage | undefined {
  const start = frames.findIndex((frame) => frame.equals(DELIMITER));
  const parts = frames.slice(start + 2, start + 6);
  if (start < 0 || parts.length < 4) return undefined;
  const expected = Buffer.from(sign(key, parts));
  const found = frames[start + 1]!;
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) return undefined;
  try {
    const [header, parent, metadata, content] = parts.map((part) => JSON.parse(part.toString()));
    return {
      type: String(header.msg_type),
      date: String(header.date ?? ""),
      parent: String(parent?.msg_id ?? ""),
      metadata: isJsonObject(metadata) ? metadata : {},
      content: isJsonObject(content) ? content : {},
      buffers: frames.slice(start + 6),
    };
  } catch {
    return undefined;
  }
}

function sign(key: string, parts: readonly Uint8Array[]): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}
