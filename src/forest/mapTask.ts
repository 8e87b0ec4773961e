import type { Cube } from "../cube/cube.js";
import { openCube } from "../cube/openCube.js";
import { blockSequences } from "../cube/sequences.js";
import type { TaskFunction } from "../parallel/tasks.js";
import { writePercent } from "../study/percent.js";
import { restoreStudy } from "../study/plainStudy.js";
import type { MapContext, MapTask } from "./pseudoLabels.js";
import { voteRows } from "./vote.js";

let opened: Promise<Cube> | undefined;

/** Reads some rows of the year's cube and votes on them with every forest. */
export const mapTask: TaskFunction<MapTask, void, MapContext> = async (
  { row0, row1 },
  { context },
) => {
  const study = restoreStudy(context.study);
  opened ??= openCube(study);
  const cube = await opened;
  const block = await cube.year(context.year).readBlock(row0, row1);
  const rows = blockSequences(cube, context.year, block, context.scaler, { time: false });
  const first = row0 * study.grid.width;
  const pixels = study.grid.width * study.grid.height;
  const classes = study.legend.length;
  const shares = new Float32Array(block.pixels * classes);
  for (const [f, forest] of context.forests.entries()) {
    voteRows(forest, rows, 0, block.pixels, shares);
    const out = context.probabilities[f]!;
    for (let i = 0; i < block.pixels; i++) {
      if (context.validCount[first + i] === 0) continue;
      writePercent(shares, i * classes, classes, out, first + i, pixels);
    }
  }
};
