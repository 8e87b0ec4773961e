import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writeInterpretedAreaTables } from "../../src/assess/interpretedArea.js";
import { defaultClasses } from "../../src/manifest/defaultClasses.js";
import { writeLabelMap } from "../../src/maps/labelMap.js";
import { gridFromBounds } from "../../src/raster/grid.js";
import { writeDesign, writePoints } from "../../src/sampling/pointFiles.js";
import type { Study } from "../../src/study/study.js";
import { readCsv } from "../../src/table/csv.js";
import { bareStudy } from "../study/bareStudy.js";

const root = await mkdtemp(join(tmpdir(), "phenocover-points-"));
after(() => rm(root, { recursive: true }));
const points = join(root, "points");
const [conifers, shrubland] = [8, 9];
const grid = gridFromBounds(32632, [690000, 5120000, 690100, 5120100], 10);
const study = (interpretation: string | null): Study => {
  const manifest = { classes: defaultClasses, ...(interpretation && { interpretation }) };
  return { ...bareStudy(join(root, "run"), grid, manifest), years: [2018, 2019, 2020] };
};

test("interpreters' files become felled area, accuracy and their agreement", async () => {
  const one = study(points);
  assert.equal(await writeInterpretedAreaTables(study(null)), false);
  // The map fells 20 of 100 pixels.
  const before = new Uint8Array(100).fill(conifers);
  const later = before.map((id, pixel) => (pixel < 20 ? shrubland : id));
  await writeLabelMap(one, "local-hmm", 2018, before);
  await writeLabelMap(one, "local-hmm", 2019, later);
  const drawn = {
    pixel: Uint32Array.of(0, 5, 50, 60, 70),
    stratum: Uint8Array.of(0, 0, 1, 1, 1),
  };
  const strata = [
    { name: "forest lost", pixels: 20 },
    { name: "rest", pixels: 80 },
  ];
  await writePoints(points, one.grid, [2018, 2019], drawn);
  await writeDesign(points, strata, drawn);
  await assert.rejects(writeInterpretedAreaTables(one), /interpretation: no point is named/);
  const [header, ...lines] = (await readFile(join(points, "points.csv"), "utf8"))
    .trim()
    .split("\n");
  const answer = (name: string, classes: readonly string[]) => {
    const rows = lines.map((line, n) => line.replace(/,,$/, `,${classes[n]}`));
    return writeFile(join(points, `${name}.csv`), `${[header, ...rows].join("\n")}\n`);
  };
  const [stays, felled] = ["Conifers,Conifers", "Conifers,Shrubland"];
  await answer("anna", [felled, stays, stays, stays, ","]);
  await answer("bert", [felled, felled, stays, stays, stays]);
  assert.equal(await writeInterpretedAreaTables(one), true);
  // Anna's answers count, Bert's at the point that she left open: 1 of 2 in the first stratum.
  const rows = await readCsv(one.folder.table("interpreted-area.csv"));
  const value = (measure: string) => Number(rows.find((row) => row.measure === measure)!.value);
  assert.equal(value("felled_ha"), 0.1);
  assert.equal(value("user"), 0.5);
  assert.equal(value("producer"), 1);
  assert.equal(value("overall 2018"), 1);
  assert.equal(value("overall 2019"), 0.9);
  assert.ok(rows.every((row) => row.points === "5" && Number(row.low) <= Number(row.value)));
  assert.deepEqual(await readCsv(one.folder.table("interpreters.csv")), [
    { year: "2018", first: "anna", second: "bert", points: "4", agreement: "1" },
    { year: "2019", first: "anna", second: "bert", points: "4", agreement: "0.75" },
  ]);
});

test("points of years that are not the study's are refused", async () => {
  const later = { ...study(points), years: [2019, 2020] };
  await assert.rejects(
    writeInterpretedAreaTables(later),
    /points of 2018 and 2019, which do not follow each other/,
  );
});

test("a stratum that too few points answer for is named", async () => {
  const file = join(points, "bert.csv");
  const text = await readFile(file, "utf8");
  await rm(join(points, "anna.csv"));
  await writeFile(file, text.replace("Conifers,Shrubland", ","));
  await assert.rejects(
    writeInterpretedAreaTables(study(points)),
    /stratum forest lost: 1 sample points, expected at least 2/,
  );
});
