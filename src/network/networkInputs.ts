import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Scaler } from "../cube/scaler.js";
import { FileError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";

/** What a network was trained on, kept beside it as `scaler.json`. */
export interface NetworkInputs extends Scaler {
  /** Dates of a series. */
  readonly dates: number;
  /** Class ids in the order of the outputs. */
  readonly classes: readonly number[];
}

/** Writes `scaler.json` into a network's folder. */
export async function writeNetworkInputs(folder: string, inputs: NetworkInputs): Promise<void> {
  const { channels, low, high, dates, classes } = inputs;
  const text = JSON.stringify({ channels, low, high, dates, classes }, null, 2);
  await writeFileAtomic(join(folder, "scaler.json"), `${text}\n`);
}

/**
 * Refuses a cube with other channels, scaling, dates or classes than a network was trained on.
 *
 * @param folder the network's folder
 * @throws FileError that names the first difference
 */
export async function checkNetworkInputs(folder: string, cube: NetworkInputs): Promise<void> {
  const path = join(folder, "scaler.json");
  let trained: NetworkInputs;
  try {
    trained = JSON.parse(await readFile(path, "utf8")) as NetworkInputs;
  } catch (cause) {
    throw new FileError(path, "cannot be read, expected what the network was trained on", {
      cause,
    });
  }
  for (const key of ["channels", "low", "high", "dates", "classes"] as const) {
    const found = JSON.stringify(cube[key]);
    const expected = JSON.stringify(trained[key]);
    if (found !== expected) {
      throw new FileError(path, `the cube's ${key} are ${found}, the network's ${expected}`);
    }
  }
}
