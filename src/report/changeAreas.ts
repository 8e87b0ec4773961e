import { htmlTable, type ShownTable } from "../figures/htmlTable.js";
import type { Study } from "../study/study.js";
import type { Row } from "../table/csv.js";
import { readTable } from "./readTable.js";
import { withInterval } from "./summaryTable.js";

/** Kinds of change that stand for all others in the short table. */
const MAIN_KINDS: readonly string[] = ["all change", "forest lost"];

/**
 * Hectares of change in the maps beside the true ones, and the shares of mapped change that is true
 * (user's accuracy) and of true change that is mapped (producer's accuracy), from
 * tables/change-accuracy.csv.
 *
 * @param options `all` adds gain and loss of every class and every kind of class to class
 */
export async function changeAreasTable(
  study: Pick<Study, "folder">,
  options: { readonly all?: boolean } = {},
): Promise<ShownTable> {
  const rows = await readTable(study, "change-accuracy.csv");
  const accuracy = (row: Row, name: "user" | "producer") => {
    const [value, low, high] = [row[name]!, row[`${name}_low`]!, row[`${name}_high`]!];
    return withInterval({ value, low, high });
  };
  const shown = rows.filter(({ change }) => options.all || MAIN_KINDS.includes(String(change)));
  return htmlTable(
    shown.map((row): Row => {
      return {
        model: row.model!,
        years: `${row.from}-${row.to}`,
        change: row.change!,
        "mapped, ha": row.mapped_ha!,
        "true, ha": row.true_ha!,
        "user's accuracy": accuracy(row, "user"),
        "producer's accuracy": accuracy(row, "producer"),
      };
    }),
    { decimals: 1 },
  );
}

/** What a sample of reference points says about felled area and maps, from tables/sampled-area.csv. */
export async function sampledAreaTable(study: Pick<Study, "folder">): Promise<ShownTable> {
  const rows = await readTable(study, "sampled-area.csv");
  const words: Readonly<Record<string, string>> = {
    felled_ha: "forest lost, estimated from the points, ha",
    mapped_ha: "forest lost, counted in the maps, ha",
    user: "forest lost, user's accuracy",
    producer: "forest lost, producer's accuracy",
  };
  return htmlTable(
    rows.map((row): Row => {
      const decimals = String(row.measure).endsWith("_ha") ? 1 : 3;
      const truth = typeof row.truth === "number" ? row.truth.toFixed(decimals) : null;
      return {
        years: `${row.from}-${row.to}`,
        measure: words[String(row.measure)] ?? `accuracy ${String(row.measure)}`,
        value: withInterval(row, decimals),
        "complete count": truth,
        "inside the interval": row.contains ?? null,
        points: row.points!,
      };
    }),
  );
}
