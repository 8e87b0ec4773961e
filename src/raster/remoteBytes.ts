import { createHttpClient } from "../http/client.js";
import { type HttpFetch, publicAddress } from "../http/http.js";
import { type RangeReply, type RemoteFile, readRange } from "../http/range.js";
import { poolSize } from "../parallel/poolSize.js";
import { createRandom } from "../random.js";
import type { ByteRange, ByteSource } from "./byteSource.js";

/** Bytes between two ranges that are rather read with them than asked for around. */
const closeGap = 65_536;
/** Longest range that is asked for at once, unless a single one is longer. */
const longestRange = 8 * 2 ** 20;
/** Bytes at the start of a file, where directories of a cloud-optimized GeoTIFF lie. */
const headBytes = 32_768;

let shared: HttpFetch | undefined;

/** The way to image data of this thread: limits and tokens are shared by all its files. */
function imageData(): HttpFetch {
  shared ??= createHttpClient({
    random: createRandom(1).split("image data"),
    sharers: poolSize(),
  }).data;
  return shared;
}

/** First bytes of files that this thread has opened: one is opened for every block and stage. */
const heads = new Map<string, RangeReply>();
const mostHeads = 1024;

function keepHead(url: string, head: RangeReply): void {
  if (heads.size >= mostHeads) heads.delete(heads.keys().next().value!);
  heads.set(url, head);
}

/**
 * Bytes of a file on the network. Ranges that lie close together are asked for as one; every answer
 * is checked against the length, place and version of the file.
 *
 * @throws ServiceError when the file cannot be had, or not as it was first described
 */
export async function openRemoteBytes(
  url: string,
  fetch: HttpFetch = imageData(),
): Promise<ByteSource> {
  const stop = new AbortController();
  const { signal } = stop;
  const kept = heads.get(url);
  const head = kept ?? (await readRange(fetch, url, 0, headBytes, null));
  if (!kept) keepHead(url, head);
  const { file } = head;
  let received = kept ? 0 : head.bytes.length;
  const get = async ({ offset, length }: ByteRange): Promise<Uint8Array> => {
    if (offset + length <= head.bytes.length) return head.bytes.subarray(offset, offset + length);
    const { bytes } = await readRange(fetch, url, offset, length, file, signal);
    received += bytes.length;
    return bytes;
  };
  return {
    name: publicAddress(url),
    size: file.size,
    etag: file.etag,
    received: () => received,
    read: (ranges) => readTogether(ranges, file, get),
    close: () => stop.abort(),
  };
}

async function readTogether(
  ranges: readonly ByteRange[],
  { size }: RemoteFile,
  get: (range: ByteRange) => Promise<Uint8Array>,
): Promise<ArrayBuffer[]> {
  const beyond = ranges.find(({ offset, length }) => offset + length > size);
  if (beyond) {
    const wanted = `${beyond.length} bytes from ${beyond.offset}`;
    throw new Error(`it has ${size} bytes, its tables place ${wanted}`);
  }
  const out = new Array<ArrayBuffer>(ranges.length);
  const read = async ({ range, members }: Joined) => {
    const bytes = await get(range);
    for (const i of members) {
      const from = ranges[i]!.offset - range.offset;
      out[i] = new Uint8Array(bytes.subarray(from, from + ranges[i]!.length)).buffer;
    }
  };
  await Promise.all(joinRanges(ranges).map(read));
  return out;
}

/** A range that covers others. */
interface Joined {
  readonly range: ByteRange;
  /** Numbers of the ranges that it covers. */
  readonly members: readonly number[];
}

/** Joins ranges that lie close together, in the order of the file. */
export function joinRanges(ranges: readonly ByteRange[]): Joined[] {
  const order = ranges.map((_, i) => i).sort((i, j) => ranges[i]!.offset - ranges[j]!.offset);
  const joined: { range: { offset: number; length: number }; members: number[] }[] = [];
  for (const i of order) {
    const { offset, length } = ranges[i]!;
    const last = joined.at(-1);
    const end = last ? last.range.offset + last.range.length : 0;
    const total = last ? Math.max(end, offset + length) - last.range.offset : 0;
    if (last && offset <= end + closeGap && total <= longestRange) {
      last.range.length = total;
      last.members.push(i);
    } else joined.push({ range: { offset, length }, members: [i] });
  }
  return joined;
}
