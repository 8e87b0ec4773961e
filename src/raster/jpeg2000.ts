import { FileError } from "../errors.js";
import { publicAddress } from "../http/http.js";
import type { ByteSource } from "./byteSource.js";
import { copyTile } from "./copyTile.js";
import type { Grid } from "./grid.js";
import { readBoxes } from "./jpeg2000Boxes.js";
import { type CodestreamLayout, openCodestream, tileEdges } from "./jpeg2000Codestream.js";
import { decodeCodestream } from "./openjpeg.js";
import type { Window } from "./readRaster.js";
import type { AnyRasterArray } from "./typedArray.js";

/** Whether a path or address names a JPEG 2000 file, also as a node of a download service. */
export function isJpeg2000(place: string): boolean {
  return /\.jp2\)?(\/\$value)?$/i.test(publicAddress(place));
}

/** An opened JPEG 2000 image. */
export interface Jpeg2000Image {
  readonly grid: Grid;
  /** Bands of the image, its components. */
  readonly bands: number;
  /** Reads bands, numbered from 0, of a window: only the tiles that it touches. */
  readonly read: (bands: readonly number[], window: Window) => Promise<AnyRasterArray[]>;
}

/**
 * Opens a JP2 file with geography markup, as Sentinel-2 products hold them.
 *
 * @throws FileError when the file is damaged, or not north up in a system with an EPSG code
 */
export async function openJpeg2000(bytes: ByteSource): Promise<Jpeg2000Image> {
  const { codestream: range, gml } = await readBoxes(bytes);
  const codestream = await openCodestream(bytes, range);
  const { layout, tilesAcross } = codestream;
  const width = layout.right - layout.left;
  const height = layout.bottom - layout.top;
  return {
    grid: markedGrid(bytes.name, gml, width, height),
    bands: layout.components,
    async read(bands, window) {
      const [left, top, right, bottom] = window;
      const size = (right - left) * (bottom - top);
      const out = bands.map(() => emptyBand(layout, size));
      const tiles = tilesOf(layout, tilesAcross, window);
      const contents = await codestream.readTiles(tiles);
      for (const [i, tile] of tiles.entries()) {
        const { samples, components, ...found } = await decodeCodestream(contents[i]!);
        const [x, y, x1, y1] = tileEdges(layout, tile, tilesAcross);
        if (found.width !== x1 - x || found.height !== y1 - y || components !== layout.components) {
          throw new Error(
            `tile ${tile} has ${found.width} x ${found.height} pixels, expected ${x1 - x} x ${y1 - y}`,
          );
        }
        const placed = {
          samples,
          top: y - layout.top,
          left: x - layout.left,
          width: x1 - x,
          step: components,
        };
        for (const [k, band] of bands.entries()) copyTile(placed, band, window, out[k]!);
      }
      return out;
    },
  };
}

function emptyBand({ bits, signed }: CodestreamLayout, size: number): AnyRasterArray {
  if (bits <= 8) return new Uint8Array(size);
  return signed ? new Int16Array(size) : new Uint16Array(size);
}

/** Numbers of the tiles that a window of the image touches. */
function tilesOf(layout: CodestreamLayout, tilesAcross: number, window: Window): number[] {
  const column = (x: number) => Math.floor((x + layout.left - layout.tileLeft) / layout.tileWidth);
  const row = (y: number) => Math.floor((y + layout.top - layout.tileTop) / layout.tileHeight);
  const [left, top, right, bottom] = window;
  const tiles: number[] = [];
  for (let r = row(top); r <= row(bottom - 1); r++) {
    for (let c = column(left); c <= column(right - 1); c++) tiles.push(r * tilesAcross + c);
  }
  return tiles;
}

/** The grid that geography markup describes; it names the centre of the first pixel (GMLJP2). */
function markedGrid(path: string, gml: string | null, width: number, height: number): Grid {
  const grid = /<(?:\w+:)?RectifiedGrid\b[\s\S]*?<\/(?:\w+:)?RectifiedGrid>/.exec(gml ?? "")?.[0];
  const epsg = Number(/EPSG:[\d.]*:?(\d{4,5})\b/.exec(grid ?? "")?.[1]);
  const pair = (text: string | undefined) =>
    (text ?? "")
      .trim()
      .split(/[\s,]+/)
      .map(Number);
  const [x, y] = pair(/<(?:\w+:)?pos\b[^>]*>([^<]*)</.exec(grid ?? "")?.[1]);
  const steps = [...(grid ?? "").matchAll(/<(?:\w+:)?offsetVector\b[^>]*>([^<]*)</g)];
  const [across, down] = steps.map(([, text]) => pair(text));
  const [stepX, skewX] = across ?? [];
  const [skewY, stepY] = down ?? [];
  if (![epsg, x, y, stepX, stepY].every((value) => Number.isFinite(value))) {
    throw new FileError(
      path,
      "no geography markup with an EPSG code, origin and pixel size, expected that of a Sentinel-2 image",
    );
  }
  if (skewX !== 0 || skewY !== 0 || !(stepX! > 0 && stepY! < 0)) {
    throw new FileError(
      path,
      `pixel steps ${steps.map(([, text]) => text).join(" and ")}, expected north up`,
    );
  }
  return {
    epsg,
    originX: x! - stepX! / 2,
    originY: y! - stepY! / 2,
    pixelWidth: stepX!,
    pixelHeight: -stepY!,
    width,
    height,
  };
}
