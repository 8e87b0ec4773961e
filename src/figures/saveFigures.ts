import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic.js";
import { BrowserFailed, type DrawnFigure, findBrowser } from "./browser.js";
import { drawFigures } from "./drawingService.js";
import { type Figure, type ShownFigure, showFigure } from "./figure.js";
import { figureHtml } from "./plotly.js";

let told = false;

/**
 * Writes figures/<name>.json and .html and, where Chromium starts, .svg and .png; without it
 * one line on stderr says so, once a process. A figure that stands there already, drawn by the same
 * plotly, is not drawn again.
 *
 * @param folder folder of figures in the run
 * @param figures name to figure
 * @returns the figures in the same order, to be shown by a notebook
 */
export async function saveFigures(
  folder: string,
  figures: Readonly<Record<string, Figure>>,
): Promise<ShownFigure[]> {
  const places = Object.entries(figures).map(([name, figure]) => ({
    figure,
    page: figureHtml(figure),
    file: (end: string) => join(folder, `${name}.${end}`),
  }));
  const browser = findBrowser();
  const missing = [];
  for (const place of places) {
    const complete = await holds(place.file("html"), place.page);
    if (!complete || (browser !== null && !existsSync(place.file("png")))) missing.push(place);
  }
  const drawn = await drawIfPossible(
    missing.map((one) => one.figure),
    browser,
  );
  for (const [n, { figure, page, file }] of missing.entries()) {
    await writeFileAtomic(file("json"), `${JSON.stringify(figure)}\n`);
    for (const end of ["svg", "png"] as const) {
      const picture = drawn[n]?.[end];
      if (picture === undefined) await rm(file(end), { force: true });
      else await writeFileAtomic(file(end), picture);
    }
    // Last, as the mark that the figure is complete.
    await writeFileAtomic(file("html"), page);
  }
  return Promise.all(
    places.map(async ({ figure, file }) => showFigure(figure, await readIfThere(file("png")))),
  );
}

/** The drawn figures; none where no browser is found or starts, which one line says once a process. */
async function drawIfPossible(
  figures: readonly Figure[],
  browser: string | null,
): Promise<DrawnFigure[]> {
  let problem = "no Chromium found";
  if (browser !== null) {
    try {
      return await drawFigures(figures, browser);
    } catch (error) {
      if (!(error instanceof BrowserFailed)) throw error;
      problem = error.message;
    }
  }
  if (!told) process.stderr.write(`${problem}: figures are saved without .svg and .png\n`);
  told = true;
  return [];
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

async function holds(path: string, text: string): Promise<boolean> {
  const found = await readIfThere(path);
  return found !== undefined && Buffer.from(text).equals(found);
}
