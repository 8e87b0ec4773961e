import type { Legend } from "../manifest/manifest.js";
import type { Grid } from "../raster/grid.js";
import {
  type Canvas,
  type Colour,
  createCanvas,
  drawFrame,
  drawText,
  fillPolygon,
  fillRectangle,
  parseColour,
} from "./canvas.js";
import { bold, regular } from "./font.js";
import { type Picture, pictureOf } from "./picture.js";

/** One map of a picture: a colour for every pixel of the grid. */
export interface MapPanel {
  readonly title: string;
  /** Red, green, blue of every pixel, north row first. */
  readonly rgb: Uint8Array;
}

/** An entry of the legend. */
export interface LegendEntry {
  readonly label: string;
  /** `#RRGGBB`. */
  readonly colour: string;
}

/** What a map picture shows besides its maps. */
export interface MapPictureOptions {
  readonly title?: string;
  readonly legend?: readonly LegendEntry[];
  /** Small print below, such as the source of the data. */
  readonly note?: string;
  /** Maps in a row; by default at most three, with rows as equal as can be. */
  readonly columns?: number;
}

const INK: Colour = [32, 36, 40];
const QUIET: Colour = [96, 104, 112];
const PAPER: Colour = [255, 255, 255];
const MARGIN = 20;
const GAP = 16;

/** Colours of class ids (or other small values) as red, green, blue; values without one are white. */
export function paint(values: Uint8Array, palette: ReadonlyMap<number, string>): Uint8Array {
  const table = new Uint8Array(256 * 3).fill(255);
  for (const [value, colour] of palette) table.set(parseColour(colour), value * 3);
  const rgb = new Uint8Array(values.length * 3);
  for (let i = 0; i < values.length; i++) {
    const at = values[i]! * 3;
    rgb[i * 3] = table[at]!;
    rgb[i * 3 + 1] = table[at + 1]!;
    rgb[i * 3 + 2] = table[at + 2]!;
  }
  return rgb;
}

/** Legend entries of a class legend. */
export function classEntries(legend: Legend): LegendEntry[] {
  return legend.map(({ name, colour }) => ({ label: name, colour }));
}

/** A round length (1, 2 or 5 times a power of ten) of at most `longest`, metres. */
export function scaleBarLength(longest: number): number {
  const power = 10 ** Math.floor(Math.log10(longest));
  const step = [5, 2, 1].find((n) => n * power <= longest) ?? 1;
  return step * power;
}

/**
 * Maps of one grid side by side, north up, with title, legend, scale bar and north arrow. Pixels
 * are enlarged or thinned by whole numbers only, so that colours stay exact.
 */
export function mapPicture(
  grid: Grid,
  panels: readonly MapPanel[],
  options: MapPictureOptions = {},
): Picture {
  const { title, legend = [], note } = options;
  const enlarge = Math.max(1, Math.floor(420 / grid.width));
  const thin = Math.max(1, Math.ceil(grid.width / 640));
  const width = Math.ceil((grid.width * enlarge) / thin);
  const height = Math.ceil((grid.height * enlarge) / thin);
  const columns = Math.min(panels.length, options.columns ?? evenColumns(panels.length));
  const rows = Math.ceil(panels.length / columns);
  const total = Math.max(2 * MARGIN + columns * width + (columns - 1) * GAP, 420);
  const titleLines = title === undefined ? [] : wrap(title, total - 2 * MARGIN, bold);
  const heading = titleLines.length === 0 ? 0 : titleLines.length * bold.height + 10;
  const panelLines = panels.map((panel) =>
    wrap(panel.title, columns === 1 ? total - 2 * MARGIN : width),
  );
  const captionHeight = Math.max(...panelLines.map(({ length }) => length)) * regular.height + 6;
  const panelHeight = captionHeight + height + GAP;
  const footTop = MARGIN + heading + rows * panelHeight;
  const footLeft = 200;
  const places = placeLegend(legend, total - footLeft - MARGIN);
  const footHeight = Math.max(44, places.height);
  const noteLines = note === undefined ? [] : wrap(note, total - 2 * MARGIN);
  const noteHeight = noteLines.length * regular.height + (noteLines.length > 0 ? 10 : 0);
  const canvas = createCanvas(total, footTop + footHeight + noteHeight + MARGIN, PAPER);
  titleLines.forEach((line, n) => {
    drawText(canvas, bold, line, MARGIN, MARGIN + n * bold.height, INK);
  });
  panels.forEach((panel, n) => {
    const left = MARGIN + (n % columns) * (width + GAP);
    const top = MARGIN + heading + Math.floor(n / columns) * panelHeight;
    panelLines[n]!.forEach((line, k) => {
      drawText(canvas, regular, line, left, top + k * regular.height, INK);
    });
    const mapTop = top + captionHeight;
    drawMap(canvas, grid, panel.rgb, left, mapTop, width, height, enlarge, thin);
    drawFrame(canvas, left, mapTop, width, height, [120, 128, 136]);
  });
  const metres = (grid.pixelWidth * thin) / enlarge;
  drawNorth(canvas, MARGIN + 8, footTop + 2);
  drawScale(canvas, metres, MARGIN + 38, footTop + 6);
  for (const { entry, x, y } of places.entries) {
    const [left, top] = [footLeft + x, footTop + y];
    fillRectangle(canvas, left, top + 1, 22, 14, parseColour(entry.colour));
    drawFrame(canvas, left, top + 1, 22, 14, [150, 156, 162]);
    drawText(canvas, regular, entry.label, left + 30, top - 1, INK);
  }
  noteLines.forEach((line, n) => {
    const top = footTop + footHeight + 10 + n * regular.height;
    drawText(canvas, regular, line, MARGIN, top, QUIET);
  });
  const words = [title, ...panels.map((panel) => panel.title)].filter((text) => text !== undefined);
  return pictureOf(canvas, words.join(" | "));
}

/** Columns of at most three that leave no panel alone where it can be helped: four are two by two. */
function evenColumns(panels: number): number {
  return Math.ceil(panels / Math.ceil(panels / 3));
}

function drawMap(
  canvas: Canvas,
  grid: Grid,
  rgb: Uint8Array,
  left: number,
  top: number,
  width: number,
  height: number,
  enlarge: number,
  thin: number,
): void {
  for (let y = 0; y < height; y++) {
    const row = Math.min(grid.height - 1, Math.floor((y * thin) / enlarge));
    for (let x = 0; x < width; x++) {
      const column = Math.min(grid.width - 1, Math.floor((x * thin) / enlarge));
      const from = (row * grid.width + column) * 3;
      const to = ((top + y) * canvas.width + left + x) * 4;
      canvas.rgba[to] = rgb[from]!;
      canvas.rgba[to + 1] = rgb[from + 1]!;
      canvas.rgba[to + 2] = rgb[from + 2]!;
    }
  }
}

/** An arrow that points up, with the letter N below. */
function drawNorth(canvas: Canvas, x: number, y: number): void {
  fillPolygon(
    canvas,
    [
      [x, y],
      [x + 8, y + 22],
      [x, y + 17],
      [x - 8, y + 22],
    ],
    INK,
  );
  drawText(canvas, regular, "N", x - Math.round(regular.measure("N") / 2), y + 24, INK);
}

/** A bar of two halves, dark and light, with its length. */
function drawScale(canvas: Canvas, metresPerPixel: number, x: number, y: number): void {
  const metres = scaleBarLength(120 * metresPerPixel);
  const length = Math.round(metres / metresPerPixel);
  const half = Math.round(length / 2);
  fillRectangle(canvas, x, y, half, 6, INK);
  drawFrame(canvas, x, y, length, 6, INK);
  const label = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
  drawText(canvas, regular, label, x, y + 12, INK);
}

/** Positions of legend entries in rows of equal columns that fit the width. */
function placeLegend(legend: readonly LegendEntry[], width: number) {
  const widest = Math.max(0, ...legend.map(({ label }) => regular.measure(label))) + 52;
  const fitting = Math.max(1, Math.floor((width + 22) / widest));
  const columns = Math.max(
    1,
    Math.ceil(legend.length / Math.max(1, Math.ceil(legend.length / fitting))),
  );
  const line = regular.height + 6;
  return {
    entries: legend.map((entry, n) => ({
      entry,
      x: (n % columns) * widest,
      y: Math.floor(n / columns) * line,
    })),
    height: Math.ceil(legend.length / columns) * line,
  };
}

/** Text in lines of at most `width` pixels. */
function wrap(text: string, width: number, font = regular): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && font.measure(`${last} ${word}`) <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
