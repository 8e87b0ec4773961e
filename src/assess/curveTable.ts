import { type Piece, readPieces } from "../consistency/readPieces.js";
import { readRegionModel, SOURCE_NETWORK } from "../consistency/seriesModel.js";
import { type MethodFamily, methodFamilies } from "../consistency/settings.js";
import type { SettingTask } from "../consistency/settingTask.js";
import { openWorkers } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import { pixelCount } from "../raster/grid.js";
import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import type { ScoredPixels } from "./blockCounts.js";
import { blockDraws, distributions, estimate } from "./bootstrap.js";
import { type CurvePoint, curveClaims } from "./claims.js";
import { curveCounts, curveMeasures } from "./curve.js";
import { mappedModels, readMaps, type YearMaps } from "./models.js";
import { readScoredPixels } from "./scoredArea.js";
import { openValidation } from "./truth.js";

const CLAIM_COLUMNS = ["claim", "model", "setting", "against", "measure", "value", "low", "high"];
const COLUMNS = ["model", "parameter", "setting", "standard", "measure", "value", "low", "high"];

/** Fewer pixels are done before a thread has started. */
const THREAD_PIXELS = 20_000;

/**
 * Writes tables/curve.csv: agreement, change recall, storm recall, false change and accuracy of every
 * family of consistency methods over its settings, and of every mapped model (without a setting).
 * The settings are shown, none is chosen by them. What they say about the claims of the method goes to
 * tables/claims.csv. Without truth of every year, or with one year,
 * nothing is written and the answer is false.
 */
export async function writeCurveTable(
  study: Study,
  options: { workers: number; onProgress?: OnProgress },
): Promise<boolean> {
  const validation = await openValidation(study);
  if (validation?.change == null || study.years.length < 2) return false;
  const known = { ...validation, change: validation.change };
  const scored = await readScoredPixels(study);
  const draws = blockDraws(scored.blocks);
  const measures = curveMeasures(study.years.length);
  const names = Object.keys(measures);
  const rows: Row[] = [];
  const points: CurvePoint[] = [];
  const score = (maps: YearMaps, row: Row & { model: string; setting: number | null }) => {
    const counts = curveCounts(study.legend, study.years, maps, known, scored);
    const found = distributions(counts, Object.values(measures), draws);
    const { model, setting } = row;
    points.push({
      model,
      setting,
      measures: Object.fromEntries(names.map((name, n) => [name, found[n]!])),
    });
    found.forEach((distribution, n) => {
      rows.push({ ...row, measure: names[n]!, ...estimate(distribution) });
    });
  };
  const total = methodFamilies.reduce((sum, { settings }) => sum + settings.length, 0);
  await applySettings(study, scored, options.workers, (family, setting, maps, done) => {
    const { name: model, parameter, standard } = family;
    const row = { model, parameter, setting, standard: setting === standard ? "yes" : "no" };
    score(maps, row);
    options.onProgress?.(done, total, model);
  });
  for (const model of mappedModels(study)) {
    if (model === "truth") continue;
    const row = { model, parameter: null, setting: null, standard: "yes" };
    score(await readMaps(study, model), row);
  }
  await writeCsv(study.folder.table("curve.csv"), COLUMNS, rows);
  await writeCsv(study.folder.table("claims.csv"), CLAIM_COLUMNS, curveClaims(points));
  return true;
}

/**
 * Applies every setting of every family at the scored pixels; `visit` sees them in order, with maps
 * that are 0 elsewhere.
 */
async function applySettings(
  study: Study,
  scored: ScoredPixels,
  workers: number,
  visit: (family: MethodFamily, setting: number, maps: YearMaps, done: number) => void,
): Promise<void> {
  const model = await readRegionModel(study);
  const pool = openWorkers({
    module: new URL("../consistency/settingTask.js", import.meta.url),
    workers,
    kind: scored.pixels.length < THREAD_PIXELS ? "inline" : "thread",
  });
  let done = 0;
  try {
    const pieces = new Map<number, Piece[]>();
    for (const family of methodFamilies) {
      const { name, settings, margin } = family;
      const parts =
        pieces.get(margin) ?? (await readPieces(study, SOURCE_NETWORK, model, scored, margin));
      pieces.set(margin, parts);
      const tasks = settings.flatMap((setting) =>
        parts.map((part): SettingTask => {
          return { family: name, setting, series: part.series, model: part.model };
        }),
      );
      const found = await pool.run<SettingTask, Uint8Array[]>("settingTask", tasks);
      settings.forEach((setting, s) => {
        const maps = study.years.map(() => new Uint8Array(pixelCount(study.grid)));
        parts.forEach(({ pixels, places }, p) => {
          found[s * parts.length + p]!.forEach((classes, y) => {
            for (let i = 0; i < pixels.length; i++) maps[y]![pixels[i]!] = classes[places[i]!]!;
          });
        });
        done++;
        visit(family, setting, new Map(study.years.map((year, y) => [year, maps[y]!])), done);
      });
    }
  } finally {
    pool.close();
  }
}
