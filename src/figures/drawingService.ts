import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ProcessError } from "../errors.js";
import { BrowserFailed, type DrawingPage, type DrawnFigure, openDrawingPage } from "./browser.js";
import type { Figure } from "./figure.js";

/** Names the socket of a drawing service to the processes that may use it. */
export const DRAWING_SOCKET = "PHENOCOVER_DRAWING";

/** Longest path of a socket, bytes. */
const longestSocket = 103;
/** Status of an answer that says that the browser does not start. */
const NO_BROWSER = 503;

/** Draws figures for other processes of this user, all in one start of the browser. */
export interface DrawingService {
  /** path of its socket, in a folder that only this user can enter */
  readonly socket: string;
  /** starts the browser ahead of the first figure */
  warmUp(): void;
  close(): Promise<void>;
}

/**
 * Starts a drawing service; the browser starts with the first figure unless it is warmed up.
 *
 * @param browser path of Chromium
 * @returns null where the path of the folder for temporary files is too long for a socket
 */
export async function startDrawingService(browser: string): Promise<DrawingService | null> {
  const folder = await mkdtemp(join(tmpdir(), "phenocover-"));
  const socket = join(folder, "drawing");
  if (Buffer.byteLength(socket) > longestSocket) {
    await rm(folder, { recursive: true });
    return null;
  }
  let page: Promise<DrawingPage> | undefined;
  const openPage = () => {
    page ??= openDrawingPage(browser);
    return page;
  };
  const server = createServer((incoming, outgoing) => {
    const answer = async () => {
      const figure = JSON.parse(await text(incoming)) as Figure;
      const { svg, png } = await (await openPage()).draw(figure);
      return JSON.stringify({ svg, png: Buffer.from(png).toString("base64") });
    };
    answer().then(
      (body) => outgoing.end(body),
      (error: Error) =>
        outgoing.writeHead(error instanceof BrowserFailed ? NO_BROWSER : 500).end(error.message),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(socket, resolve);
  });
  return {
    socket,
    warmUp() {
      // Whoever asks for a figure is told.
      openPage().catch(() => {});
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await page?.then((open) => open.close()).catch(() => {});
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Draws figures as SVG and PNG with plotly.js: by the service that the environment names, else in a
 * browser of this process's own.
 *
 * @param browser path of Chromium
 * @throws BrowserFailed when the browser does not start
 * @throws ProcessError when plotly refuses a figure or the service has ended
 */
export async function drawFigures(
  figures: readonly Figure[],
  browser: string,
): Promise<DrawnFigure[]> {
  if (figures.length === 0) return [];
  const socket = process.env[DRAWING_SOCKET];
  const drawn: DrawnFigure[] = [];
  if (socket) {
    for (const figure of figures) drawn.push(await askService(socket, figure));
    return drawn;
  }
  const page = await openDrawingPage(browser);
  try {
    for (const figure of figures) drawn.push(await page.draw(figure));
  } finally {
    await page.close();
  }
  return drawn;
}

async function askService(socket: string, figure: Figure): Promise<DrawnFigure> {
  const { status, body } = await new Promise<{ status: number; body: string }>(
    (resolve, reject) => {
      const asked = request({ socketPath: socket, method: "POST" }, (reply) => {
        text(reply).then((body) => resolve({ status: reply.statusCode ?? 0, body }), reject);
      });
      asked.once("error", (cause) =>
        reject(new ProcessError("drawing service", `does not answer: ${cause.message}`, { cause })),
      );
      asked.end(JSON.stringify(figure));
    },
  );
  if (status === NO_BROWSER) throw new BrowserFailed("drawing service", body);
  if (status !== 200) throw new ProcessError("drawing service", body);
  const { svg, png } = JSON.parse(body) as { svg: string; png: string };
  return { svg, png: new Uint8Array(Buffer.from(png, "base64")) };
}
