import { cubeLayout, yearArrays } from "../../src/cube/layout.js";
import { featureNames } from "../../src/cube/pixelStatistics.js";
import { writeScaler } from "../../src/cube/scaler.js";
import { createArray, type StoredArray, writeChunk, writeGroup } from "../../src/cube/store.js";
import { createRandom } from "../../src/random.js";
import type { Study } from "../../src/study/study.js";

/**
 * Writes a cube of one index over a small study: the class of a pixel, column modulo classes, sets
 * the phase of its series. The first pixel has no data.
 */
export async function writeSmallCube(study: Study): Promise<void> {
  const { grid, years, legend, parameters } = study;
  const dates = parameters.datesPerYear;
  const bands = ["NDVI"];
  const layout = { ...cubeLayout(grid, 1000), chunkRows: 4, chunkColumns: grid.width };
  const plans = yearArrays(grid, layout, dates, bands, featureNames(bands));
  const pixels = layout.chunkRows * grid.width;
  const folder = study.folder.cube;
  await writeGroup(folder, "/", { grid, bands, years });
  for (const year of years) {
    const days = Array.from({ length: dates }, (_, i) => 1 + Math.round(((i + 0.5) * 365) / dates));
    await writeGroup(folder, `/${year}`, { days });
    for (const [name, plan] of Object.entries(plans)) {
      await createArray(folder, `/${year}/${name}`, plan);
    }
    const chunk = (name: keyof typeof plans, row: number, data: StoredArray) => {
      const at = [...plans[name].shape.slice(2).map(() => 0), row, 0];
      return writeChunk(folder, `/${year}/${name}`, plans[name], at, data);
    };
    for (let row = 0; row * layout.chunkRows < grid.height; row++) {
      const random = createRandom(year).split(row);
      const series = new Int16Array(dates * pixels);
      for (let date = 0; date < dates; date++) {
        for (let pixel = 0; pixel < pixels; pixel++) {
          const phase = (pixel % grid.width) % legend.length;
          const wave = Math.sin(0.4 * date + 1.5 * phase);
          series[date * pixels + pixel] = 4000 + 2500 * wave + 800 * random.normal();
        }
      }
      const counts = new Uint16Array(pixels).fill(12);
      if (row === 0) counts[0] = 0;
      await chunk("series", row, series);
      await chunk("flags", row, new Uint8Array(dates * pixels).fill(1));
      await chunk("valid_count", row, counts);
    }
  }
  await writeScaler(study, { channels: bands, low: [0], high: [0.8] });
}
