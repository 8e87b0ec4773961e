import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { trainForest } from "../../src/forest/trainForest.js";
import { voteRows } from "../../src/forest/vote.js";
import { packageRoot } from "../../src/packageRoot.js";
import { createRandom, type Random } from "../../src/random.js";
import { dayNumber } from "../../src/simulate/calendar.js";
import { air, type ClassName } from "../../src/simulate/constants.js";
import { bandCount, readSpectra } from "../../src/simulate/spectra.js";
import { standSpectra } from "../../src/simulate/stands.js";
import { surfaceTypes } from "../../src/simulate/surfaceTypes.js";
import { simulateGround, simulateWorld } from "../../src/simulate/world.js";
import {
  monthMiddle,
  pointBands,
  pointClasses,
  readRealPoints,
  seriesFeatures,
} from "./realPoints.js";
import { spectraFolder } from "./spectraFolder.js";

const points = join(packageRoot(), "..", "shared", "data", "spectra", "points.csv");
const skip = existsSync(points) ? false : "the points of the spectra set are not here";

/** Which label of the points a simulated class carries. */
const labelOf: Partial<Record<ClassName, string>> = {
  Artificial: "Artificial",
  Grass: "Grass",
  Crops: "Crops",
  Shrubland: "Shrubland",
  Broadleaves: "Forest",
  Conifers: "Forest",
  Mineral: "Bare",
  Rocks: "Bare",
  Sand: "Bare",
};

/** Spectra of all stands of region 1 in the middle of every month, [month][stand][band]. */
async function standMonths() {
  const spectra = await readSpectra(spectraFolder);
  const { stands } = simulateWorld(1, simulateGround(1, 500), spectra);
  // The points lie in the lowlands: every stand is seen at the height its curve stands for.
  stands.type.forEach((type, stand) => {
    stands.elevation[stand] = surfaceTypes[type]!.height;
  });
  const weather = { snowLine: 5000, wetness: 0, late: 0, drought: 0.1 };
  const months = monthMiddle.map((day) => {
    const date = dayNumber("2018-01-01") + Math.round(day);
    return standSpectra(createRandom(date), stands, spectra, date, weather);
  });
  return { stands, months };
}

/** Series of 800 stands a class, drawn evenly over its surface types, with errors of the air. */
function drawSeries(
  random: Random,
  { stands, months }: Awaited<ReturnType<typeof standMonths>>,
): { rows: number[][]; labels: number[] } {
  const rows: number[][] = [];
  const labels: number[] = [];
  pointClasses.forEach((name, label) => {
    const pools = surfaceTypes.flatMap((surface, type) => {
      const felled = /windthrow|cleared|regrowth/.test(surface.name);
      if (felled || labelOf[surface.className] !== name) return [];
      const pool = [...stands.type.keys()].filter((stand) => stands.type[stand] === type);
      return pool.length > 0 ? [pool] : [];
    });
    for (let i = 0; i < 800; i++) {
      const pool = pools[i % pools.length]!;
      const stand = pool[random.integer(pool.length)]!;
      const series = months.map((values) => {
        const gain = air.gainError * random.normal();
        const offset = air.offsetError * random.normal();
        return pointBands.map((b) => {
          const value = values[stand * bandCount + b]! * (1 + gain * air.bandWeight[b]!);
          return Math.max(0.001, value + offset * air.bandWeight[b]!);
        });
      });
      rows.push(seriesFeatures(series));
      labels.push(label);
    }
  });
  return { rows, labels };
}

test("forests trained on simulated series score 0.65 on real European points", {
  skip,
}, async () => {
  const simulated = await standMonths();
  const real = await readRealPoints(points);
  assert.ok(real.length > 100, `${real.length} points`);
  const classes = pointClasses.length;
  const values = Float32Array.from(real.flatMap(({ months }) => seriesFeatures(months)));
  // About a hundred points: one draw of stands moves the score by 0.02, so the mean of five counts.
  let right = 0;
  for (const draw of [1, 2, 3, 4, 5]) {
    const random = createRandom(draw);
    const { rows, labels } = drawSeries(random.split("stands"), simulated);
    const { forest } = await trainForest(
      Float32Array.from(rows.flat()),
      rows[0]!.length,
      Uint8Array.from(labels),
      { classes, random: random.split("forest"), trees: 100, workers: 2 },
    );
    const shares = new Float32Array(real.length * classes);
    voteRows(forest, values, 0, real.length, shares);
    right += real.filter(({ label }, i) => {
      const votes = shares.subarray(i * classes, (i + 1) * classes);
      return votes.indexOf(Math.max(...votes)) === label;
    }).length;
  }
  const score = right / (5 * real.length);
  assert.ok(score >= 0.65, `${score.toFixed(3)} on ${real.length} points`);
});
