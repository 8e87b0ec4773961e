import type { TaskContext } from "../parallel/tasks.js";
import { channelReader, pixelsTogether } from "./channels.js";
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
  const reader = channelReader(cube.variables, await readBlock(row0, row1));
  const inBlock = pixels.map((pixel) => pixel - row0 * cube.grid.width);
  const values = cube.channels.map(() => new Float64Array(pixels.length * days.length));
  let count = 0;
  for (let first = 0; first < inBlock.length; first += pixelsTogether) {
    const some = inBlock.subarray(first, first + pixelsTogether);
    for (let date = 0; date < days.length; date++) {
      reader.read(date, some);
      for (let i = 0; i < some.length; i++) {
        if (!reader.present[i]) continue;
        for (let c = 0; c < values.length; c++) values[c]![count] = reader.channels[c]![i]!;
        count++;
      }
    }
  }
  return values.map((column) => column.slice(0, count));
}
