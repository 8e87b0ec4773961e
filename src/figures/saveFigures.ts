import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic.js";
import { drawFigures, findBrowser } from "./browser.js";
import { type Figure, type ShownFigure, showFigure } from "./figure.js";
import { figureHtml } from "./plotly.js";

let told = false;

/**
 * Writes figures/<name>.json and .html and, where Chromium is installed, .svg and .png; without it
 * one line on stderr says so, once a process.
 *
 * @param folder folder of figures in the run
 * @param figures name to figure
 * @returns the figures in the same order, to be shown by a notebook
 */
export async function saveFigures(
  folder: string,
  figures: Readonly<Record<string, Figure>>,
): Promise<ShownFigure[]> {
  const names = Object.keys(figures);
  for (const name of names) {
    const figure = figures[name]!;
    await writeFileAtomic(join(folder, `${name}.json`), `${JSON.stringify(figure)}\n`);
    await writeFileAtomic(join(folder, `${name}.html`), figureHtml(figure));
  }
  const browser = findBrowser();
  if (browser === null) {
    if (!told) process.stderr.write("no Chromium found: figures are saved without .svg and .png\n");
    told = true;
    return Object.values(figures).map((figure) => showFigure(figure));
  }
  const drawn = await drawFigures(Object.values(figures), browser);
  for (const [n, { svg, png }] of drawn.entries()) {
    await writeFileAtomic(join(folder, `${names[n]}.svg`), svg);
    await writeFileAtomic(join(folder, `${names[n]}.png`), png);
  }
  return Object.values(figures).map((figure, n) => showFigure(figure, drawn[n]!.png));
}
