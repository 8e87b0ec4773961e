import { predictYears } from "../network/predictYears.js";
import type { OnProgress } from "../progress.js";
import { networkMaps } from "../study/models.js";
import type { Study } from "../study/study.js";
import { writeYearMaps } from "./yearMaps.js";

/** Applies every trained network to the years it maps and writes the maps of the study. */
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
  for await (const { model, year, probabilities } of predictYears(study, wanted, options)) {
    for (const { map, networks } of maps) {
      if (networks.some((entry) => entry.network === model && entry.year === year)) {
        await writeYearMaps(study, map, year, probabilities);
      }
    }
  }
}
