import { pixelHectares } from "../raster/grid.js";
import { openBlocks } from "../samples/blocks.js";
import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import { type ScoredPixels, scoredPixels, sumBlocks } from "./blockCounts.js";
import { type BlockDraws, blockDraws, distributions, estimate, type Measure } from "./bootstrap.js";
import { ALL_SETS, CHANGE_MODELS } from "./changeAreaTables.js";
import {
  BOTH,
  type ChangeKinds,
  changeKinds,
  KIND_CELLS,
  kindCountsByBlock,
  MAPPED,
  TRUE,
} from "./changeKinds.js";
import { mappedModels, readMaps, type YearMaps, yearPairs } from "./models.js";
import { openValidation } from "./truth.js";

const COLUMNS = [
  "model",
  "from",
  "to",
  "change",
  "mapped_ha",
  "true_ha",
  "user",
  "user_low",
  "user_high",
  "producer",
  "producer_low",
  "producer_high",
];

/** Kinds of change of which neither map nor truth has this many hectares are left out. */
const LEAST_HECTARES = 1;

/** User's accuracy (mapped and true over mapped) and producer's accuracy of a kind. */
function accuracies(kind: number): [user: Measure, producer: Measure] {
  const at = kind * KIND_CELLS;
  return [(n) => n[at + BOTH]! / n[at + MAPPED]!, (n) => n[at + BOTH]! / n[at + TRUE]!];
}

function kindRows(
  study: Pick<Study, "years" | "grid">,
  model: string,
  maps: YearMaps,
  truth: YearMaps,
  kinds: ChangeKinds,
  scored: ScoredPixels,
  draws: BlockDraws,
): Row[] {
  const hectares = pixelHectares(study.grid);
  return yearPairs(study.years).flatMap(([from, to]) => {
    const counts = kindCountsByBlock(
      scored,
      kinds,
      [maps.get(from)!, maps.get(to)!],
      [truth.get(from)!, truth.get(to)!],
    );
    const total = sumBlocks(counts);
    const area = (kind: number, cell: number) => total[kind * KIND_CELLS + cell]! * hectares;
    const shown = [...kinds.names.keys()].filter(
      (kind) => Math.max(area(kind, MAPPED), area(kind, TRUE)) >= LEAST_HECTARES,
    );
    const found = distributions(counts, shown.flatMap(accuracies), draws).map((one) =>
      estimate(one),
    );
    return shown.map((kind, n): Row => {
      const [user, producer] = [found[2 * n]!, found[2 * n + 1]!];
      return {
        model,
        from,
        to,
        change: kinds.names[kind]!,
        mapped_ha: area(kind, MAPPED),
        true_ha: area(kind, TRUE),
        user: user.value,
        user_low: user.low,
        user_high: user.high,
        producer: producer.value,
        producer_low: producer.low,
        producer_high: producer.high,
      };
    });
  });
}

/**
 * Writes tables/change-accuracy.csv: for the models of the area tables what each kind of change covers
 * in the maps and in truth, over the whole area, how much of the mapped change is true (user's
 * accuracy) and how much of the true change is mapped (producer's accuracy), with intervals over
 * blocks. Where the truth of every year is not known nothing is written and the answer is false.
 */
export async function writeChangeAccuracyTable(study: Study): Promise<boolean> {
  const validation = await openValidation(study);
  if (validation?.change == null || study.years.length < 2) return false;
  const all = scoredPixels(await openBlocks(study), ALL_SETS);
  const draws = blockDraws(all.blocks);
  const kinds = changeKinds(study.legend);
  const rows: Row[] = [];
  for (const model of mappedModels(study).filter((one) => CHANGE_MODELS.includes(one))) {
    const maps = await readMaps(study, model);
    rows.push(...kindRows(study, model, maps, validation.years, kinds, all, draws));
  }
  await writeCsv(study.folder.table("change-accuracy.csv"), COLUMNS, rows);
  return true;
}
