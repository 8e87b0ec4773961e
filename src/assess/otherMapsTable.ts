import { crossLegends } from "../manifest/crossLegends.js";
import type { Legend } from "../manifest/manifest.js";
import { readYearMap } from "../maps/labelMap.js";
import { nearestYear } from "../samples/reliable.js";
import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import { classAccuracies } from "./accuracy.js";
import { blockDraws, estimate } from "./bootstrap.js";
import {
  confusionCounts,
  diagonalShare,
  type MatrixMeasure,
  matrixDistributions,
} from "./confusion.js";
import { mainModels, mappedModels } from "./models.js";
import { readScoredPixels } from "./scoredArea.js";
import { recodedRaster } from "./truth.js";

const COLUMNS = ["map", "map_year", "model", "year", "class", "measure", "value", "low", "high"];

/**
 * Writes tables/other-maps.csv: agreement of the main maps with the manifest's `otherMaps` at the finest
 * legend that both can express, over validation and test blocks, with intervals over blocks. `class` is
 * `all` with measure `agreement`, or a class of the crossed legend with `f1`, `area` (its share in the
 * other map) and `mapped`. The other maps are a second opinion, not the truth. Without any nothing is
 * written and the answer is false.
 *
 * @throws ManifestError when a map does not overlap the area
 */
export async function writeOtherMapsTable(study: Study): Promise<boolean> {
  const { legend, years, manifest } = study;
  const { otherMaps = [] } = manifest;
  if (otherMaps.length === 0) return false;
  const scored = await readScoredPixels(study);
  const draws = blockDraws(scored.blocks);
  const rows: Row[] = [];
  for (const [i, other] of otherMaps.entries()) {
    const { groups, ofClass, ofValue } = crossLegends(legend, other.legend);
    const theirs = await recodedRaster(study, other.path, ofValue, `otherMaps[${i}].path`);
    const crossed: Legend = groups.map((name, g) => ({ id: g + 1, name, colour: "" }));
    const groupOf = new Uint8Array(256);
    legend.forEach(({ id }, k) => {
      groupOf[id] = ofClass[k]!;
    });
    const year = nearestYear(years, other.year);
    const wanted: { class: string; measure: string; of: MatrixMeasure }[] = [
      { class: "all", measure: "agreement", of: diagonalShare },
      ...groups.flatMap((name, g) =>
        ["f1", "area", "mapped"].map((measure) => {
          const of: MatrixMeasure = (matrix) => classAccuracies[measure]!(matrix, g);
          return { class: name, measure, of };
        }),
      ),
    ];
    for (const model of mainModels(mappedModels(study))) {
      const ours = (await readYearMap(study, model, year)).map((id) => groupOf[id]!);
      const counts = confusionCounts(scored, crossed, ours, theirs);
      const measures = wanted.map(({ of }) => of);
      matrixDistributions(counts, measures, draws).forEach((distribution, n) => {
        const { class: name, measure } = wanted[n]!;
        const row = { map: other.name, map_year: other.year, model, year, class: name, measure };
        rows.push({ ...row, ...estimate(distribution) });
      });
    }
  }
  await writeCsv(study.folder.table("other-maps.csv"), COLUMNS, rows);
  return true;
}
