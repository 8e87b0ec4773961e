import { createServer, type IncomingMessage, type Server } from "node:http";
import { isPhenocoverError, UsageError } from "../errors.js";
import { mapImage } from "./mapImage.js";
import type { OpenRun } from "./openRun.js";
import { viewPage } from "./page.js";
import { pixelReport } from "./pixel.js";

interface Answer {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/**
 * Serves the maps of a run to this machine's own browser: `/` the page, `/map` a layer as PNG,
 * `/pixel` what the run says about a pixel as JSON. The caller closes it.
 *
 * @param port 0 takes a free one
 * @throws UsageError when the port is taken
 */
export async function serveRun(run: OpenRun, port: number): Promise<Server> {
  const server = createServer(async (request, response) => {
    const send = (status: number, { type, body }: Answer) =>
      response
        .writeHead(status, { "content-type": type, "cache-control": "no-store" })
        .end(request.method === "HEAD" ? undefined : body);
    try {
      const answer = isFromHere(request) ? await answerTo(run, request) : null;
      if (answer) send(200, answer);
      else send(404, plain("not found"));
    } catch (error) {
      const status = error instanceof UsageError ? 400 : 500;
      send(status, plain(isPhenocoverError(error) ? error.message : "failed"));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === "EADDRINUSE" || cause.code === "EACCES";
      reject(taken ? new UsageError("--port", `${port} cannot be used (${cause.code})`) : cause);
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

const plain = (body: string): Answer => ({ type: "text/plain; charset=utf-8", body });

/** Pages of other origins that have their name resolve to this machine get nothing. */
function isFromHere({ headers, method }: IncomingMessage): boolean {
  const named = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? "");
  return named && (method === "GET" || method === "HEAD");
}

async function answerTo(run: OpenRun, { url = "/" }: IncomingMessage): Promise<Answer | null> {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  switch (pathname) {
    case "/":
      return { type: "text/html; charset=utf-8", body: viewPage(run) };
    case "/map": {
      const model = searchParams.get("model");
      const layer = searchParams.get("layer") ?? "";
      const series = run.series.find((one) => one.model === model);
      const known = series && [...series.years.map(String), ...series.others].includes(layer);
      if (!known) return null;
      return { type: "image/png", body: await mapImage(run, series.model, layer) };
    }
    case "/pixel": {
      const number = (name: string) => Number(searchParams.get(name) ?? Number.NaN);
      const report = await pixelReport(run, number("row"), number("column"));
      return { type: "application/json", body: JSON.stringify(report) };
    }
    default:
      return null;
  }
}
