import type { ByteRange, ByteSource } from "./byteSource.js";

/** Codes of the markers that matter here (ISO/IEC 15444-1, annex A). */
const marker = {
  start: 0xff4f,
  size: 0xff51,
  tileLengths: 0xff55,
  packetLengths: 0xff57,
  packedHeaders: 0xff60,
  comment: 0xff64,
  tilePart: 0xff90,
  end: 0xffd9,
} as const;

/** Bytes of the marker segment at the start of a tile-part. */
const tilePartHeader = 12;

/** Image and tiles of a codestream in its own coordinates; the right and lower edges are not included. */
export interface CodestreamLayout {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly tileLeft: number;
  readonly tileTop: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly components: number;
  /** Bits of a sample, the same in all components. */
  readonly bits: number;
  readonly signed: boolean;
}

/** A tile-part and the tile it belongs to. */
interface TilePart {
  readonly tile: number;
  readonly range: ByteRange;
}

/** Reads single tiles of a codestream wherever they lie. */
export interface Codestream {
  readonly layout: CodestreamLayout;
  readonly tilesAcross: number;
  /** A codestream of its own for every tile asked for, which holds that tile alone. */
  readTiles(tiles: readonly number[]): Promise<Uint8Array[]>;
}

/**
 * Opens a codestream. Where its header lists the lengths of the tile-parts (products of 2026 and
 * later) a tile's place is known at once; else the tile-parts are walked over up to the tile.
 *
 * @throws Error when the header is damaged or uses what Sentinel-2 images do not
 */
export async function openCodestream(bytes: ByteSource, range: ByteRange): Promise<Codestream> {
  const { segments, body } = await readHeader(bytes, range);
  const layout = readLayout(segments);
  const parts = await findParts(bytes, range, body, segments);
  const tilesAcross = Math.ceil((layout.right - layout.tileLeft) / layout.tileWidth);
  return {
    layout,
    tilesAcross,
    async readTiles(tiles) {
      const found = await parts(tiles);
      const ranges = tiles.flatMap((tile) => found.filter((part) => part.tile === tile));
      const contents = await bytes.read(ranges.map((part) => part.range));
      return tiles.map((tile) => {
        const own = ranges.flatMap((part, i) => (part.tile === tile ? [contents[i]!] : []));
        if (own.length === 0) throw new Error(`tile ${tile} is missing`);
        return tileCodestream(segments, layout, tile, tilesAcross, own);
      });
    },
  };
}

/** Edges of a tile inside the image: [left, top, right, bottom), in the codestream's coordinates. */
export function tileEdges(
  { left, top, right, bottom, tileLeft, tileTop, tileWidth, tileHeight }: CodestreamLayout,
  tile: number,
  tilesAcross: number,
): readonly [number, number, number, number] {
  const x = tileLeft + (tile % tilesAcross) * tileWidth;
  const y = tileTop + Math.floor(tile / tilesAcross) * tileHeight;
  return [
    Math.max(x, left),
    Math.max(y, top),
    Math.min(x + tileWidth, right),
    Math.min(y + tileHeight, bottom),
  ];
}

/** A marker segment of the main header with its marker and length. */
interface Segment {
  readonly code: number;
  readonly bytes: Uint8Array;
}

async function readHeader(bytes: ByteSource, { offset, length }: ByteRange) {
  const view = async (at: number, size: number) =>
    new DataView((await bytes.read([{ offset: at, length: size }]))[0]!);
  if (length < 4 || (await view(offset, 2)).getUint16(0) !== marker.start) {
    throw new Error("no start of codestream");
  }
  const segments: Segment[] = [];
  for (let at = offset + 2; at + 4 <= offset + length; ) {
    const head = await view(at, 4);
    const code = head.getUint16(0);
    if (code === marker.tilePart) return { segments, body: at };
    const size = 2 + head.getUint16(2);
    if (code < 0xff00 || at + size > offset + length) break;
    if (code !== marker.comment) {
      segments.push({ code, bytes: new Uint8Array((await view(at, size)).buffer) });
    }
    at += size;
  }
  throw new Error("its header ends without a tile");
}

function readLayout(segments: readonly Segment[]): CodestreamLayout {
  const size = segments.find(({ code }) => code === marker.size);
  if (!size) throw new Error("its header states no image size");
  if (segments.some(({ code }) => code === marker.packedHeaders)) {
    throw new Error("packet headers in the main header are not read");
  }
  const view = viewOf(size.bytes);
  const [right, bottom, left, top, tileWidth, tileHeight, tileLeft, tileTop] = Array.from(
    { length: 8 },
    (_, i) => view.getUint32(6 + 4 * i),
  ) as [number, number, number, number, number, number, number, number];
  const components = view.getUint16(38);
  const depths = new Set<number>();
  for (let c = 0; c < components; c++) {
    depths.add(view.getUint8(40 + 3 * c));
    if (view.getUint8(41 + 3 * c) !== 1 || view.getUint8(42 + 3 * c) !== 1) {
      throw new Error("components of another resolution than the image are not read");
    }
  }
  const [depth, ...others] = [...depths];
  if (depth === undefined || others.length > 0) {
    throw new Error("components of different sample types are not read");
  }
  return {
    ...{ left, top, right, bottom, tileLeft, tileTop, tileWidth, tileHeight, components },
    bits: (depth & 0x7f) + 1,
    signed: depth >= 0x80,
  };
}

type FindParts = (tiles: readonly number[]) => Promise<readonly TilePart[]>;

async function findParts(
  bytes: ByteSource,
  range: ByteRange,
  body: number,
  segments: readonly Segment[],
): Promise<FindParts> {
  const listed = listedParts(segments, body);
  if (listed) return async () => listed;
  const key = `${bytes.name} ${bytes.size} ${bytes.etag}`;
  // A file without a version may be replaced: nothing of it is kept.
  const walk = (bytes.etag !== null && walks.get(key)) || {
    at: body,
    parts: [],
    missing: new Map(),
  };
  if (bytes.etag !== null) walks.set(key, walk);
  const end = range.offset + range.length;
  // One step at a time, whoever asks.
  let turn: Promise<unknown> = Promise.resolve();
  return (tiles) => {
    const asked = turn.then(async () => {
      const open = () =>
        tiles.some((tile) => walk.missing.get(tile) !== 0) && walk.at + tilePartHeader <= end;
      while (open() && (await stepOver(bytes, walk, end)));
      return walk.parts;
    });
    turn = asked.catch(() => undefined);
    return asked;
  };
}

/** How far the tile-parts of a file were walked over. */
interface Walk {
  at: number;
  readonly parts: TilePart[];
  /** Tile -> tile-parts that it still lacks. */
  readonly missing: Map<number, number>;
}

/** Walks over files on the network: each step is a request. */
const walks = new Map<string, Walk>();

/** Notes the tile-part at the walk's place; false at the end of the codestream. */
async function stepOver(bytes: ByteSource, walk: Walk, end: number): Promise<boolean> {
  const [buffer] = await bytes.read([{ offset: walk.at, length: tilePartHeader }]);
  const view = new DataView(buffer!);
  if (view.getUint16(0) === marker.end) return false;
  if (view.getUint16(0) !== marker.tilePart) throw new Error(`no tile-part at byte ${walk.at}`);
  const tile = view.getUint16(4);
  const length = view.getUint32(6) || end - 2 - walk.at;
  if (length < tilePartHeader || walk.at + length > end) {
    throw new Error(`tile-part of ${length} bytes at byte ${walk.at} leaves the file`);
  }
  walk.parts.push({ tile, range: { offset: walk.at, length } });
  const known = walk.parts.filter((part) => part.tile === tile).length;
  const count = view.getUint8(11);
  // A count of 0 leaves open how many follow.
  walk.missing.set(tile, count === 0 ? Number.POSITIVE_INFINITY : Math.max(0, count - known));
  walk.at += length;
  return true;
}

/** Tile-parts by the list of their lengths in the header; null without one. */
function listedParts(segments: readonly Segment[], body: number): TilePart[] | null {
  const lists = segments
    .filter(({ code }) => code === marker.tileLengths)
    .map(({ bytes }) => viewOf(bytes))
    .sort((a, b) => a.getUint8(4) - b.getUint8(4));
  if (lists.length === 0) return null;
  const parts: TilePart[] = [];
  let at = body;
  for (const list of lists) {
    const style = list.getUint8(5);
    const tileBytes = (style >> 4) & 3;
    const lengthBytes = style & 0x40 ? 4 : 2;
    for (let i = 6; i + tileBytes + lengthBytes <= list.byteLength; i += tileBytes + lengthBytes) {
      const tile =
        tileBytes === 0 ? parts.length : tileBytes === 1 ? list.getUint8(i) : list.getUint16(i);
      const place = i + tileBytes;
      const length = lengthBytes === 4 ? list.getUint32(place) : list.getUint16(place);
      parts.push({ tile, range: { offset: at, length } });
      at += length;
    }
  }
  return parts;
}

/**
 * A codestream that holds one tile of another: its image is the tile at its own coordinates, so
 * that the grids of resolutions and code blocks stay in place.
 */
function tileCodestream(
  segments: readonly Segment[],
  layout: CodestreamLayout,
  tile: number,
  tilesAcross: number,
  parts: readonly ArrayBuffer[],
): Uint8Array {
  const kept = segments
    .filter(({ code }) => code !== marker.tileLengths && code !== marker.packetLengths)
    .map(({ code, bytes }) =>
      code === marker.size
        ? sizeOfTile(bytes, tileEdges(layout, tile, tilesAcross), layout)
        : bytes,
    );
  const own = parts.map((buffer) => {
    const view = new DataView(buffer);
    if (view.getUint16(0) !== marker.tilePart || view.getUint16(4) !== tile) {
      throw new Error(`another thing than tile ${tile} where its list places it`);
    }
    view.setUint16(4, 0);
    view.setUint32(6, buffer.byteLength);
    return new Uint8Array(buffer);
  });
  const code = (value: number) => Uint8Array.of(value >> 8, value & 255);
  return Buffer.concat([code(marker.start), ...kept, ...own, code(marker.end)]);
}

function sizeOfTile(
  bytes: Uint8Array,
  [left, top, right, bottom]: readonly [number, number, number, number],
  { tileWidth, tileHeight }: CodestreamLayout,
): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const fields = [right, bottom, left, top, tileWidth, tileHeight, left, top];
  fields.forEach((value, i) => {
    viewOf(copy).setUint32(6 + 4 * i, value);
  });
  return copy;
}

const viewOf = (bytes: Uint8Array) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
