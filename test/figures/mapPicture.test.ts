import assert from "node:assert/strict";
import { test } from "node:test";
import { PNG } from "pngjs";
import { jupyterDisplay } from "../../src/display.js";
import { changePicture, classPicture } from "../../src/figures/classPicture.js";
import { scaleBarLength } from "../../src/figures/mapPicture.js";
import type { Picture } from "../../src/figures/picture.js";
import { gridFromBounds } from "../../src/raster/grid.js";

const legend = [
  { id: 7, name: "Broadleaves", colour: "#42A24C" },
  { id: 10, name: "Water", colour: "#2665F1" },
];
const grid = gridFromBounds(32632, [0, 0, 600, 400], 10);
const study = { grid, legend, years: [2018, 2019, 2020] };

/** Rows of the picture that hold a colour, first and last, and how many pixels of it there are. */
function find(picture: Picture, colour: number): { first: number; last: number; count: number } {
  const { data, width } = PNG.sync.read(Buffer.from(picture.png));
  const rows: number[] = [];
  for (let i = 0; i < data.length; i += 4) {
    const value = (data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!;
    if (value === colour) rows.push(Math.floor(i / 4 / width));
  }
  return { first: Math.min(...rows), last: Math.max(...rows), count: rows.length };
}

test("a class map keeps exact colours, north row on top, and a legend entry for each class", () => {
  const ids = new Uint8Array(60 * 40).fill(7);
  ids.fill(10, 0, 60 * 10);
  const picture = classPicture(study, [{ title: "2018", ids }], { title: "Land cover" });
  const scale = 7;
  const swatch = 22 * 14;
  const water = find(picture, 0x2665f1);
  const trees = find(picture, 0x42a24c);
  assert.equal(water.count, 60 * 10 * scale * scale + swatch);
  assert.equal(trees.count, 60 * 30 * scale * scale + swatch);
  assert.equal(trees.first, water.first + 10 * scale);
});

test("a change map is drawn in the colours of none, one and two changes", () => {
  const counts = new Uint8Array(60 * 40);
  counts.fill(1, 0, 600);
  counts.fill(2, 600, 660);
  const picture = changePicture(study, [{ title: "multi-year", counts }]);
  const pixels = 7 * 7;
  assert.equal(find(picture, 0xf4a300).count, 600 * pixels + 22 * 14);
  assert.equal(find(picture, 0xb3003c).count, 60 * pixels + 22 * 14);
});

test("four maps stand two by two, three and fewer in a row", () => {
  const counts = new Uint8Array(60 * 40);
  const sizes = [2, 3, 4, 5].map((count) => {
    const panels = Array.from({ length: count }, (_, n) => ({ title: `${n}`, counts }));
    const { width, height } = changePicture(study, panels);
    return { width, height };
  });
  const [two, three, four, five] = sizes;
  assert.equal(four!.width, two!.width);
  assert.ok(four!.height > three!.height && three!.height === two!.height);
  assert.deepEqual(five, { width: three!.width, height: four!.height });
});

test("a picture shows itself as a PNG", () => {
  const picture = classPicture(study, [{ title: "2018", ids: new Uint8Array(2400) }]);
  const bundle = picture[jupyterDisplay]();
  assert.equal(Buffer.from(String(bundle["image/png"]), "base64").compare(picture.png), 0);
});

test("scale bars have round lengths", () => {
  assert.deepEqual([7, 1999, 2000, 130].map(scaleBarLength), [5, 1000, 2000, 100]);
});
