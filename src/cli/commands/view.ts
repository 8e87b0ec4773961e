import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { openRun } from "../../view/openRun.js";
import { serveRun } from "../../view/server.js";
import type { Command } from "../command.js";
import { parseOptions, wholeNumber } from "../options.js";

export const viewCommand: Command = {
  help: `Usage: phenocover view RUN [--port N]

Shows the maps of a run folder in the browser, two at a time, zoomed and moved together; a click
tells the classes of a pixel in every series, its probabilities and its NDVI. The page is served
to this machine alone until Ctrl-C; on a remote machine forward the port.

  --port N   port on 127.0.0.1 (a free one)
`,
  async run(args, { stdout, signal }) {
    const { values, positionals } = parseOptions(args, { port: { type: "string" } }, [1, 1]);
    const port = values.port ? wholeNumber("--port", values.port, 1, 65_535) : 0;
    const run = await openRun(resolve(positionals[0]!));
    const server = await serveRun(run, port);
    stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/ (Ctrl-C ends)\n`);
    if (!signal.aborted) await once(signal, "abort");
    server.closeAllConnections();
    server.close();
    return 0;
  },
};
