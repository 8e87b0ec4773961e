import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { ProcessError } from "../errors.js";
import type { Figure } from "./figure.js";
import { plotlyScript } from "./plotly.js";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** A figure drawn by the browser. */
export interface DrawnFigure {
  readonly svg: string;
  readonly png: Uint8Array;
}

/**
 * The Chromium of this machine: `PHENOCOVER_CHROMIUM`, else the first known name on the path, else
 * null.
 */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): string | null {
  const named = environment.PHENOCOVER_CHROMIUM;
  const folders = (environment.PATH ?? "").split(delimiter);
  const candidates =
    named === undefined || named === ""
      ? folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))
      : [named];
  return candidates.find(executable) ?? null;
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Draws figures as SVG and PNG with plotly.js in one start of the browser.
 *
 * @param browser path of Chromium, see {@link findBrowser}
 * @throws ProcessError when the browser does not start or plotly refuses a figure
 */
export async function drawFigures(
  figures: readonly Figure[],
  browser: string,
): Promise<DrawnFigure[]> {
  if (figures.length === 0) return [];
  const { chromium } = await import("playwright-core");
  const drawn: DrawnFigure[] = [];
  try {
    const instance = await chromium.launch({ executablePath: browser, args: ["--no-sandbox"] });
    try {
      const page = await instance.newPage();
      await page.setContent("<!doctype html><html><body></body></html>");
      await page.addScriptTag({ content: plotlyScript() });
      for (const figure of figures) {
        const [svg, png] = await page.evaluate(drawInPage, JSON.stringify(figure));
        drawn.push({
          svg: decodeURIComponent(svg.slice(svg.indexOf(",") + 1)),
          png: new Uint8Array(Buffer.from(png.slice(png.indexOf(",") + 1), "base64")),
        });
      }
    } finally {
      await instance.close();
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new ProcessError("Chromium", `could not draw the figures: ${reason}`, { cause });
  }
  return drawn;
}

/** Runs inside the page: data addresses of the figure as SVG and as PNG of twice its size. */
async function drawInPage(text: string): Promise<[string, string]> {
  const figure = JSON.parse(text) as Figure;
  // Plotly draws the names inside an SVG at random: numbers that follow from the figure give the
  // same bytes every time, and other names to other figures of one page.
  let state = 1;
  for (let i = 0; i < text.length; i++) state = (state * 31 + text.charCodeAt(i)) % 2_147_483_647;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  Object.assign(Math, { random: next });
  const { Plotly } = globalThis as unknown as {
    Plotly: { toImage(figure: Figure, options: object): Promise<string> };
  };
  const size = { width: figure.layout.width, height: figure.layout.height };
  return [
    await Plotly.toImage(figure, { ...size, format: "svg" }),
    await Plotly.toImage(figure, { ...size, format: "png", scale: 2 }),
  ];
}
