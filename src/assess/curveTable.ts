import { readSeriesModel } from "../consistency/seriesModel.js";
import { methodFamilies } from "../consistency/settings.js";
import type { SettingContext, SettingTask } from "../consistency/settingTask.js";
import { runTasks } from "../parallel/tasks.js";
import type { OnProgress } from "../progress.js";
import { plainStudy } from "../study/plainStudy.js";
import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import { blockDraws, distributions, estimate } from "./bootstrap.js";
import { curveCounts, curveMeasures } from "./curve.js";
import { mappedModels, readMaps, type YearMaps } from "./models.js";
import { readScoredPixels } from "./scoredArea.js";
import { openValidation } from "./truth.js";

const COLUMNS = ["model", "parameter", "setting", "standard", "measure", "value", "low", "high"];

/**
 * Writes tables/curve.csv: agreement, change recall, storm recall, false change and accuracy of every
 * family of consistency methods over its settings, and of every mapped model (without a setting).
 * The settings are shown, none is chosen by them. Without truth of every year, or with one year,
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
  const score = (maps: YearMaps, row: Row): Row[] => {
    const counts = curveCounts(study.legend, study.years, maps, known, scored);
    return distributions(counts, Object.values(measures), draws).map((distribution, n) => ({
      ...row,
      measure: names[n]!,
      ...estimate(distribution),
    }));
  };
  const tasks = methodFamilies.flatMap(({ name, settings }) =>
    settings.map((setting): SettingTask => ({ family: name, setting })),
  );
  const rows: Row[][] = tasks.map(() => []);
  await runTasks<SettingTask, Uint8Array[] | null, SettingContext>({
    module: new URL("../consistency/settingTask.js", import.meta.url),
    name: "settingTask",
    tasks,
    context: { study: plainStudy(study), model: await readSeriesModel(study) },
    workers: options.workers,
    onResult: (index, years, done) => {
      const { family: model, setting } = tasks[index]!;
      const { parameter, standard } = methodFamilies.find(({ name }) => name === model)!;
      const maps = new Map(study.years.map((year, n) => [year, years![n]!]));
      const row = { model, parameter, setting, standard: setting === standard ? "yes" : "no" };
      rows[index] = score(maps, row);
      options.onProgress?.(done, tasks.length, model);
    },
  });
  for (const model of mappedModels(study)) {
    if (model === "truth") continue;
    const row = { model, parameter: null, setting: null, standard: "yes" };
    rows.push(score(await readMaps(study, model), row));
  }
  await writeCsv(study.folder.table("curve.csv"), COLUMNS, rows.flat());
  return true;
}
