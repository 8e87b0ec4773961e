import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { at, bytes, startLoopback } from "../../http/loopback.js";

// Serves image.tif of a folder; prints its address, and says at /count how often it was asked.
const content = await readFile(join(process.argv[2]!, "image.tif"));
const server = await startLoopback(
  at(
    /\.tif$/,
    bytes(() => content),
  ),
);
let asked = 0;
server.answer(
  at(/^\/count$/, (_, reply) => {
    asked = server.seen.length - 1;
    reply.end(String(asked));
    return true;
  }),
);
process.stdout.write(`${server.url}\n`);
process.stdin.resume().on("end", () => process.exit(0));
