import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openRaster } from "../../../src/raster/readRaster.js";
import { ours } from "../files.js";
import { measure } from "../measure.js";
import { connections, windowSide } from "./windowsBenchmark.js";

const folder = process.argv[2]!;
const windows: [number, number][] = JSON.parse(
  await readFile(join(folder, "windows.json"), "utf8"),
);
const [program, ...rest] = [...ours("windows/server.js"), folder];
const server = spawn(program!, rest, { stdio: ["pipe", "pipe", "inherit"] });
const [line] = await once(server.stdout.setEncoding("utf8"), "data");
const url = String(line).trim();
const file = await openRaster(`${url}/image.tif`);

async function readWindows(): Promise<number> {
  let next = 0;
  let sum = 0;
  const reader = async () => {
    while (next < windows.length) {
      const [left, top] = windows[next++]!;
      const window = [left, top, left + windowSide, top + windowSide] as const;
      const { bands } = await file.read({ window });
      const values = bands[0]!;
      for (let i = 0; i < values.length; i++) sum += values[i]!;
    }
  };
  await Promise.all(Array.from({ length: connections }, reader));
  return sum;
}

let requests = 0;
await measure("windows over HTTP", readWindows, async (sum) => {
  requests = Number(await (await fetch(`${url}/count`)).text());
  return { requests, mean: sum / (windows.length * windowSide ** 2) };
});
file.close();
server.stdin.end();
