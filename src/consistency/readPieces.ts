import type { Study } from "../study/study.js";
import type { RegionModel } from "./methods.js";
import type { ProbabilitySeries } from "./probabilitySeries.js";
import { readPixels } from "./readSeries.js";

/** Some of the wanted pixels, with as much around them as a method looks at. */
export interface Piece {
  readonly series: ProbabilitySeries;
  /** The model with the events of the series' pixels. */
  readonly model: RegionModel;
  /** Grid index of every wanted pixel of the piece. */
  readonly pixels: Uint32Array;
  /** Where each of them lies in the series. */
  readonly places: Uint32Array;
}

/** Pixels of the grid, each with the number of its spatial group. */
export interface WantedPixels {
  /** Ascending. */
  readonly pixels: Uint32Array;
  readonly block: Uint16Array;
  readonly blocks: number;
}

/**
 * Probabilities of a model's maps at some pixels only. Without a margin they are one piece, a row of
 * pixels; else each spatial block is one, a rectangle around its pixels with the margin, or the whole
 * grid where that is less.
 *
 * @param margin pixels around a pixel that its classes depend on
 */
export async function readPieces(
  study: Study,
  network: string,
  model: RegionModel,
  wanted: WantedPixels,
  margin: number,
): Promise<Piece[]> {
  const { pixels } = wanted;
  if (margin === 0) {
    const series = await readPixels(study, network, pixels);
    const places = Uint32Array.from(pixels, (_, i) => i);
    return [{ series, model: eventsAt(model, pixels), pixels, places }];
  }
  const { width, height } = study.grid;
  const separate = boxesOf(wanted, width, height, margin);
  const area = separate.reduce((sum, box) => sum + areaOf(box), 0);
  const whole: Box = { left: 0, top: 0, right: width, bottom: height };
  const boxes = area < areaOf(whole) ? separate : [whole];
  const needed = indicesIn(boxes, width, height);
  const place = new Uint32Array(width * height);
  needed.forEach((pixel, i) => {
    place[pixel] = i;
  });
  const all = await readPixels(study, network, needed);
  return boxes.map(({ left, top, right, bottom }, b) => {
    const [columns, rows] = [right - left, bottom - top];
    const inside = boxes === separate ? pixels.filter((_, i) => wanted.block[i] === b) : pixels;
    const grid = Uint32Array.from({ length: columns * rows }, (_, i) => {
      return (top + Math.floor(i / columns)) * width + left + (i % columns);
    });
    const percent = all.percent.map((values) => {
      const out = new Uint8Array(all.classes * grid.length);
      for (let k = 0, at = 0; k < all.classes; k++) {
        const plane = k * needed.length;
        for (const pixel of grid) out[at++] = values[plane + place[pixel]!]!;
      }
      return out;
    });
    return {
      series: { ...all, width: columns, height: rows, percent },
      model: eventsAt(model, grid),
      pixels: inside,
      places: inside.map((pixel) => {
        return (Math.floor(pixel / width) - top) * columns + (pixel % width) - left;
      }),
    };
  });
}

function eventsAt(model: RegionModel, pixels: Uint32Array): RegionModel {
  const events = model.events.map((mask) =>
    mask === null ? null : Uint8Array.from(pixels, (pixel) => mask[pixel]!),
  );
  return { ...model, events };
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function areaOf({ left, top, right, bottom }: Box): number {
  return (right - left) * (bottom - top);
}

/** The rectangle around the pixels of every block, with a margin inside the grid. */
function boxesOf(
  { pixels, block, blocks }: WantedPixels,
  width: number,
  height: number,
  margin: number,
): Box[] {
  const boxes = Array.from(
    { length: blocks },
    (): Box => ({ left: width, top: height, right: 0, bottom: 0 }),
  );
  pixels.forEach((pixel, i) => {
    const box = boxes[block[i]!]!;
    const column = pixel % width;
    const row = (pixel - column) / width;
    box.left = Math.min(box.left, Math.max(0, column - margin));
    box.right = Math.max(box.right, Math.min(width, column + 1 + margin));
    box.top = Math.min(box.top, Math.max(0, row - margin));
    box.bottom = Math.max(box.bottom, Math.min(height, row + 1 + margin));
  });
  return boxes;
}

/** Indices of the pixels inside some rectangle, ascending. */
function indicesIn(boxes: readonly Box[], width: number, height: number): Uint32Array {
  const inside = new Uint8Array(width * height);
  for (const { left, top, right, bottom } of boxes) {
    for (let row = top; row < bottom; row++)
      inside.fill(1, row * width + left, row * width + right);
  }
  const out = new Uint32Array(inside.reduce((sum, value) => sum + value, 0));
  let at = 0;
  inside.forEach((value, pixel) => {
    if (value === 1) out[at++] = pixel;
  });
  return out;
}
