import { DEFAULT_METHOD } from "../consistency/methods.js";
import { pairOfEvent } from "../consistency/seriesModel.js";
import { mappedYears, readYearMap } from "../maps/labelMap.js";
import { createRandom } from "../random.js";
import { pixelHectares } from "../raster/grid.js";
import { changeStrata, changeStrataNames } from "../sampling/changeStrata.js";
import { countStrata, type DrawnPoints, drawPoints } from "../sampling/drawPoints.js";
import { writeDesign, writePoints } from "../sampling/pointFiles.js";
import { allocate } from "../sampling/sampleSize.js";
import type { StrataSample } from "../sampling/unequalStrata.js";
import type { Study } from "../study/study.js";
import { type Row, writeCsv } from "../table/csv.js";
import { type BeforeAfter, changeEstimates, estimateCells, forestLost } from "./changeEstimates.js";
import { openValidation } from "./truth.js";

const COLUMNS = ["from", "to", "measure", "value", "low", "high", "points", "truth", "contains"];

/** Points of a sample and the least in every stratum. */
const POINTS = 711;
const FEWEST = 75;

/** A sample of reference points for the change between two years. */
interface ChangeSample {
  readonly from: number;
  readonly to: number;
  readonly strata: readonly { readonly name: string; readonly pixels: number }[];
  readonly points: DrawnPoints;
}

/**
 * Draws the sample for the pair of years that spans the first event (else the first pair) from the
 * recommended maps and writes samples/interpretation/: points.geojson and points.csv for interpreters,
 * design.csv and strata.csv for the estimate. Nothing is written, and the answer is null, where the
 * maps do not exist.
 */
export async function writeChangeSample(study: Study): Promise<ChangeSample | null> {
  const { years, grid, legend, manifest, folder } = study;
  const mapped = mappedYears(study, DEFAULT_METHOD);
  if (years.length < 2 || !years.every((year) => mapped.includes(year))) return null;
  const pairs = manifest.events.map(({ date }) => pairOfEvent(date, years));
  const first = pairs.find((pair) => pair >= 0) ?? 0;
  const [from, to] = [years[first]!, years[first + 1]!];
  const before = await readYearMap(study, DEFAULT_METHOD, from);
  const after = await readYearMap(study, DEFAULT_METHOD, to);
  const stratum = changeStrata(legend, before, after, grid.width);
  const pixels = countStrata(stratum, changeStrataNames.length);
  const random = createRandom(study.seed).split("reference points");
  const points = drawPoints(stratum, allocate(POINTS, pixels, FEWEST), random);
  const strata = changeStrataNames.map((name, h) => ({ name, pixels: pixels[h]! }));
  const place = folder.samples("interpretation");
  await writePoints(place, grid, [from, to], points);
  await writeDesign(place, strata, points);
  return { from, to, strata, points };
}

/**
 * Writes tables/sampled-area.csv: felled area, accuracy of the recommended maps and how well they show
 * felling, estimated from the sample of {@link writeChangeSample} with 95 % intervals, as one would
 * with interpreted points. The reference is read at the sampled pixels only; `truth` is what a complete
 * count gives, `contains` whether it lies inside the interval. Where the truth of every year is not known nothing is written and the
 * answer is false.
 */
export async function writeSampledAreaTable(study: Study): Promise<boolean> {
  const sample = await writeChangeSample(study);
  const validation = await openValidation(study);
  if (sample === null || validation?.change == null) return false;
  const { from, to, points, strata } = sample;
  const maps = [
    await readYearMap(study, DEFAULT_METHOD, from),
    await readYearMap(study, DEFAULT_METHOD, to),
  ] as const;
  const truth = [validation.years.get(from)!, validation.years.get(to)!] as const;
  const drawn: StrataSample = { strata, stratum: points.stratum };
  const atPoints = ([before, after]: BeforeAfter): BeforeAfter => [
    Uint8Array.from(points.pixel, (pixel) => before[pixel]!),
    Uint8Array.from(points.pixel, (pixel) => after[pixel]!),
  ];
  const area = strata.reduce((sum, { pixels }) => sum + pixels, 0) * pixelHectares(study.grid);
  const whole = wholeCount(maps, truth, forestLost(study.legend));
  const known: Readonly<Record<string, number>> = {
    felled_ha: whole.felled * area,
    user: whole.both / whole.mapped,
    producer: whole.both / whole.felled,
    [`overall ${from}`]: whole.right[0]!,
    [`overall ${to}`]: whole.right[1]!,
  };
  const estimates: Row[] = changeEstimates(
    study.legend,
    [from, to],
    drawn,
    atPoints(maps),
    atPoints(truth),
    area,
  ).map((one) => {
    const truth = known[one.measure]!;
    const contains = one.low <= truth && truth <= one.high ? "yes" : "no";
    return { ...estimateCells(one), truth, contains };
  });
  const counted = { low: null, high: null, truth: known.felled_ha!, contains: null };
  const mapped = { value: whole.mapped * area, ...counted };
  estimates.splice(1, 0, { measure: "mapped_ha", ...mapped });
  const count = points.pixel.length;
  const rows = estimates.map((row): Row => ({ from, to, ...row, points: count }));
  await writeCsv(study.folder.table("sampled-area.csv"), COLUMNS, rows);
  return true;
}

/** What a complete count gives, as shares of the pixels mapped in both years. */
function wholeCount(
  maps: BeforeAfter,
  truth: BeforeAfter,
  lost: (ids: BeforeAfter, pixel: number) => number,
) {
  let [pixels, felled, mapped, both] = [0, 0, 0, 0];
  const right: [number, number] = [0, 0];
  for (let pixel = 0; pixel < maps[0].length; pixel++) {
    if (maps[0][pixel] === 0 || maps[1][pixel] === 0) continue;
    pixels++;
    const [a, b] = [lost(truth, pixel), lost(maps, pixel)];
    felled += a;
    mapped += b;
    both += a * b;
    for (const year of [0, 1] as const) if (maps[year][pixel] === truth[year][pixel]) right[year]++;
  }
  return {
    felled: felled / pixels,
    mapped: mapped / pixels,
    both: both / pixels,
    right: right.map((count) => count / pixels),
  };
}
