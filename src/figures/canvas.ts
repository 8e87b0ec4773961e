import { PNG } from "pngjs";
import type { LetterSet } from "./font.js";

/** Red, green, blue, 0-255. */
export type Colour = readonly [number, number, number];

/** A picture under construction: RGBA bytes, row by row from the top. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** Colour of `#RRGGBB`. */
export function parseColour(text: string): Colour {
  const value = Number.parseInt(text.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** An opaque canvas of one colour. */
export function createCanvas(width: number, height: number, colour: Colour): Canvas {
  const canvas = { width, height, rgba: new Uint8Array(width * height * 4) };
  fillRectangle(canvas, 0, 0, width, height, colour);
  return canvas;
}

/** Paints one pixel, mixed with what is there by `share` (0-1); outside the canvas nothing happens. */
function blend(canvas: Canvas, x: number, y: number, colour: Colour, share: number): void {
  if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) return;
  const at = (y * canvas.width + x) * 4;
  for (let i = 0; i < 3; i++) {
    canvas.rgba[at + i] = Math.round(canvas.rgba[at + i]! * (1 - share) + colour[i]! * share);
  }
  canvas.rgba[at + 3] = 255;
}

export function fillRectangle(
  canvas: Canvas,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: Colour,
): void {
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) blend(canvas, x, y, colour, 1);
  }
}

/** A frame of one pixel around the rectangle, outside of it. */
export function drawFrame(
  canvas: Canvas,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: Colour,
): void {
  fillRectangle(canvas, left - 1, top - 1, width + 2, 1, colour);
  fillRectangle(canvas, left - 1, top + height, width + 2, 1, colour);
  fillRectangle(canvas, left - 1, top, 1, height, colour);
  fillRectangle(canvas, left + width, top, 1, height, colour);
}

/** Fills a polygon (even-odd) with edges smoothed over 4 x 4 points a pixel. */
export function fillPolygon(
  canvas: Canvas,
  points: readonly (readonly [number, number])[],
  colour: Colour,
): void {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const inside = (x: number, y: number): boolean => {
    let odd = false;
    for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
      const [xi, yi] = points[i]!;
      const [xj, yj] = points[j]!;
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
    }
    return odd;
  };
  for (let y = Math.floor(Math.min(...ys)); y <= Math.max(...ys); y++) {
    for (let x = Math.floor(Math.min(...xs)); x <= Math.max(...xs); x++) {
      let hits = 0;
      for (let s = 0; s < 16; s++) {
        if (inside(x + ((s % 4) + 0.5) / 4, y + (Math.floor(s / 4) + 0.5) / 4)) hits++;
      }
      if (hits > 0) blend(canvas, x, y, colour, hits / 16);
    }
  }
}

/** Writes text with its upper left corner at (left, top) and returns its width in pixels. */
export function drawText(
  canvas: Canvas,
  letters: LetterSet,
  text: string,
  left: number,
  top: number,
  colour: Colour,
): number {
  let x = left;
  for (const character of text) {
    const letter = letters.letter(character);
    for (let i = 0; i < letter.grey.length; i++) {
      const grey = letter.grey[i]!;
      if (grey === 0) continue;
      const px = x + letter.left + (i % letter.width);
      blend(canvas, px, top + letter.top + Math.floor(i / letter.width), colour, grey / 15);
    }
    x += letter.advance;
  }
  return x - left;
}

/** PNG bytes of the canvas. */
export function encodePng(canvas: Canvas): Uint8Array {
  const png = new PNG({ width: canvas.width, height: canvas.height });
  png.data = Buffer.from(canvas.rgba);
  return new Uint8Array(PNG.sync.write(png, { colorType: 2, deflateLevel: 9 }));
}
