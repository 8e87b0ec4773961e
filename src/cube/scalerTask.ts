import type { TaskContext } from "../parallel/tasks.js";
import { channelReader } from "./channels.js";
import { openCubeFolder } from "./openCube.js";

/** Rows of one year and the pixels of them that the scaler looks at. */
export interface ScalerTask {
  readonly year: number;
  readonly row0: number;
  readonly row1: number;
  /** Indices row * width + column, inside the rows. */
  readonly pixels: Uint32Array;
}

/** Values of every channel on the dates that the pixels have, one array a channel. */
export async function readChannelValues(
  { year, row0, row1, pixels }: ScalerTask,
  { context: { folder } }: TaskContext<{ readonly folder: string }>,
): Promise<Float64Array[]> {
  const cube = await openCubeFolder(folder);
  const { days, readBlock } = cube.year(year);
  const reader = channelReader(cube.variables, days.length, await readBlock(row0, row1));
  const values = cube.channels.map(() => new Float64Array(pixels.length * days.length));
  let count = 0;
  for (const pixel of pixels) {
    reader.read(pixel - row0 * cube.grid.width);
    for (let date = 0; date < days.length; date++) {
      if (!reader.present[date]) continue;
      for (let c = 0; c < values.length; c++) values[c]![count] = reader.channels[c]![date]!;
      count++;
    }
  }
  return values.map((column) => column.slice(0, count));
}
