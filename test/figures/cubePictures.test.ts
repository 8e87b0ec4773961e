import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cube } from "../../src/cube/cube.js";
import { missingValue } from "../../src/cube/cube.js";
import { classSeries, seasonMeasure } from "../../src/figures/classSeries.js";
import { imagePanel, nearestDate } from "../../src/figures/imagePicture.js";
import { gridFromBounds } from "../../src/raster/grid.js";

/** A cube of 2 x 2 pixels, two dates, bands by name; `value` gives stored numbers. */
function cubeOf(
  variables: string[],
  value: (date: number, band: number, pixel: number) => number,
): Cube {
  const width = 2;
  return {
    grid: gridFromBounds(32632, [0, 0, 20, 20], 10),
    years: [2019],
    variables,
    channels: variables,
    features: [],
    chunkRows: 1,
    year: () => ({
      days: Int32Array.of(100, 200),
      readBlock: async (row0: number, row1: number) => {
        const pixels = (row1 - row0) * width;
        const values = new Int16Array(2 * variables.length * pixels);
        for (let date = 0; date < 2; date++) {
          for (let band = 0; band < variables.length; band++) {
            for (let i = 0; i < pixels; i++) {
              const at = (date * variables.length + band) * pixels + i;
              values[at] = value(date, band, row0 * width + i);
            }
          }
        }
        return { pixels, values, flags: new Uint8Array(2 * pixels) };
      },
    }),
  } as unknown as Cube;
}

test("a true-colour panel takes red, green and blue by name and leaves missing pixels white", async () => {
  const cube = cubeOf(["B02", "B03", "B04"], (date, band, pixel) =>
    pixel === 3 ? missingValue : date === 1 ? [0, 0, 3000][band]! : 0,
  );
  const { rgb } = await imagePanel(cube, 2019, 1, "July");
  assert.deepEqual([...rgb], [255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 255, 255]);
  assert.equal(nearestDate([9, 27, 46], 40), 2);
});

test("seasons by class come from red and near infrared, the stored index or what else there is", async () => {
  const legend = [
    { id: 2, name: "Grass", colour: "#C5F381" },
    { id: 10, name: "Water", colour: "#2665F1" },
    { id: 11, name: "Snow", colour: "#B5EDFA" },
  ];
  const ids = Uint8Array.of(2, 2, 10, 0);
  const bands = cubeOf(["B04", "B08"], (date, band, pixel) =>
    pixel < 2 ? [1000, date === 0 ? 3000 : 4000][band]! : [300, 100][band]!,
  );
  const series = await classSeries(bands, 2019, ids, legend);
  assert.deepEqual(
    series.map(({ name }) => name),
    ["Grass", "Water"],
  );
  const rounded = series.map(({ median }) => Array.from(median, (v) => Number(v.toFixed(3))));
  assert.deepEqual(rounded, [
    [0.5, 0.6],
    [-0.5, -0.5],
  ]);
  const stored = cubeOf(["NDVI"], () => 2500);
  assert.equal((await classSeries(stored, 2019, ids, legend))[0]!.median[0]!.toFixed(2), "0.25");
  const infrared = cubeOf(["B05", "B8A", "B11"], (_, band) => [900, 3000, 1000][band]!);
  assert.equal((await classSeries(infrared, 2019, ids, legend))[0]!.median[0]!.toFixed(2), "0.50");
  const measures = [bands, infrared, cubeOf(["B05"], () => 0)].map(seasonMeasure);
  assert.deepEqual(measures, ["NDVI", "NDMI", "B05"]);
});
