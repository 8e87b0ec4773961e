import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { ProcessError } from "../errors.js";
import { type Figure, titleOf } from "./figure.js";
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

/** A browser that is there but does not start. */
export class BrowserFailed extends ProcessError {}

/** A page of the browser in which plotly.js draws. */
export interface DrawingPage {
  /** @throws ProcessError when plotly refuses a figure or the browser has ended */
  draw(figure: Figure): Promise<DrawnFigure>;
  close(): Promise<void>;
}

/**
 * Starts the browser and loads plotly.js.
 *
 * @param browser path of Chromium, see {@link findBrowser}
 * @throws BrowserFailed
 */
export async function openDrawingPage(browser: string): Promise<DrawingPage> {
  const { chromium } = await import("playwright-core");
  try {
    const instance = await chromium.launch({
      executablePath: browser,
      args: ["--no-sandbox"],
      // Whoever has it started decides what a signal means.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    const page = await instance.newPage();
    await page.setContent("<!doctype html><html><body></body></html>");
    await page.addScriptTag({ content: plotlyScript() });
    return {
      async draw(figure) {
        try {
          const [svg, png] = await page.evaluate(drawInPage, JSON.stringify(figure));
          return {
            svg: decodeURIComponent(svg.slice(svg.indexOf(",") + 1)),
            png: new Uint8Array(Buffer.from(png.slice(png.indexOf(",") + 1), "base64")),
          };
        } catch (cause) {
          throw new ProcessError("Chromium", `could not draw "${titleOf(figure)}": ${why(cause)}`, {
            cause,
          });
        }
      },
      close: () => instance.close(),
    };
  } catch (cause) {
    throw new BrowserFailed("Chromium", `does not start: ${why(cause)}`, { cause });
  }
}

const why = (cause: unknown) =>
  cause instanceof Error ? cause.message.split("\n")[0] : String(cause);

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
  interface Canvas {
    width: number;
    height: number;
    getContext(kind: "2d"): { drawImage(picture: unknown, ...place: number[]): void };
    toDataURL(kind: string): string;
  }
  const { Plotly, Image, document } = globalThis as unknown as {
    Plotly: { toImage(figure: Figure, options: object): Promise<string> };
    Image: new () => { src: string; decode(): Promise<void> };
    document: { createElement(name: "canvas"): Canvas };
  };
  const width = Number(figure.layout.width);
  const height = Number(figure.layout.height);
  const svg = await Plotly.toImage(figure, { width, height, format: "svg" });
  // Plotly would lay the figure out anew for a second format.
  const picture = new Image();
  picture.src = svg;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return [svg, canvas.toDataURL("image/png")];
}
