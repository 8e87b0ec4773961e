import { predictRows } from "../network/predictRows.js";
import type { OnProgress } from "../progress.js";
import { networkMaps } from "../study/models.js";
import type { Study } from "../study/study.js";
import { openYearMaps, type YearMapsWriter } from "./yearMaps.js";

/**
 * Applies every trained network to the years it maps and writes the maps of the study while they are
 * computed, in memory that does not depend on their height.
 */
export async function predictMaps(
  study: Study,
  options: { processes: number; onProgress?: OnProgress },
): Promise<void> {
  const maps = networkMaps(study.years, study.parameters.softLabels > 0);
  const networks = [...new Set(maps.flatMap((map) => map.networks.map(({ network }) => network)))];
  const wanted = networks.map((network) => ({
    model: network,
    years: study.years.filter((year) =>
      maps.some((map) => map.networks.some((n) => n.network === network && n.year === year)),
    ),
  }));
  let open = new Map<string, YearMapsWriter>();
  try {
    for await (const { year, row0, row1, probabilities } of predictRows(study, wanted, options)) {
      for (const { map, networks } of maps) {
        const { network } = networks.find((entry) => entry.year === year) ?? {};
        if (network === undefined) continue;
        if (row0 === 0) open.set(map, openYearMaps(study, map, year));
        await open.get(map)!.append(probabilities.get(network)!);
      }
      if (row1 < study.grid.height) continue;
      for (const files of open.values()) await files.finish();
      open = new Map();
    }
  } finally {
    for (const files of open.values()) await files.discard();
  }
}
