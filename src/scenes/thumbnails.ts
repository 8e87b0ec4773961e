import { readFile } from "node:fs/promises";
import { isPhenocoverError, ServiceError } from "../errors.js";
import { type HttpFetch, isRemote, publicAddress } from "../http/http.js";
import type { Scene } from "./scene.js";

/** A scene's small picture, or why there is none. */
export interface Thumbnail {
  /** `data:image/...;base64,...`; null without a picture. */
  readonly source: string | null;
  readonly problem: string;
}

/** Pictures that are asked for side by side. */
const together = 6;

/** Formats that browsers show, by their first bytes. */
const formats: readonly (readonly [type: string, start: RegExp])[] = [
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/png", /^\x89PNG/],
  ["image/webp", /^RIFF....WEBP/s],
];

/**
 * Reads the small pictures that catalogues give with their scenes, in the order of the scenes. A
 * picture that cannot be had is no failure: it is told in words.
 *
 * @param onProgress called after every picture
 */
export async function readThumbnails(
  scenes: readonly Scene[],
  fetch: HttpFetch,
  {
    signal,
    onProgress,
  }: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<Thumbnail[]> {
  const found = new Array<Thumbnail>(scenes.length);
  let next = 0;
  let done = 0;
  const readSome = async () => {
    for (let i = next++; i < scenes.length; i = next++) {
      signal?.throwIfAborted();
      found[i] = await readThumbnail(scenes[i]!, fetch, signal);
      onProgress?.(++done, scenes.length);
    }
  };
  await Promise.all(Array.from({ length: together }, readSome));
  return found;
}

async function readThumbnail(
  { thumbnail }: Scene,
  fetch: HttpFetch,
  signal: AbortSignal | undefined,
): Promise<Thumbnail> {
  if (!thumbnail) return { source: null, problem: "the catalogue gives no picture" };
  try {
    const bytes = isRemote(thumbnail)
      ? await readRemote(thumbnail, fetch, signal)
      : await readFile(thumbnail);
    const start = Buffer.from(bytes.subarray(0, 16)).toString("latin1");
    const type = formats.find(([, pattern]) => pattern.test(start))?.[0];
    if (!type) return { source: null, problem: "the file is no JPEG, PNG or WebP" };
    const text = Buffer.from(bytes).toString("base64");
    return { source: `data:${type};base64,${text}`, problem: "" };
  } catch (error) {
    signal?.throwIfAborted();
    if (isPhenocoverError(error)) return { source: null, problem: error.message };
    if (!isRemote(thumbnail)) return { source: null, problem: `${thumbnail} cannot be read` };
    throw error;
  }
}

async function readRemote(
  url: string,
  fetch: HttpFetch,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { status, body } = await fetch({ url }, signal ? { signal } : {});
  if (status === 200) return body;
  throw new ServiceError(publicAddress(url), `answered ${status}, expected a picture`, status);
}
