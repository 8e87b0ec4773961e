import assert from "node:assert/strict";
import { before, test } from "node:test";
import { createRandom } from "../../src/random.js";
import { dayNumber, sunPosition } from "../../src/simulate/calendar.js";
import { classId, place } from "../../src/simulate/constants.js";
import { viewGround } from "../../src/simulate/scene.js";
import { bandCount, offsetDeviation, readSpectra } from "../../src/simulate/spectra.js";
import { standSpectra } from "../../src/simulate/stands.js";
import { classesOf, surfaceTypes } from "../../src/simulate/surfaceTypes.js";
import {
  type Ground,
  simulateGround,
  simulateWorld,
  type World,
} from "../../src/simulate/world.js";
import { spectraFolder } from "./spectraFolder.js";

let ground: Ground;
let world: World;
before(async () => {
  ground = simulateGround(1, 500);
  world = simulateWorld(1, ground, await readSpectra(spectraFolder));
});

/** Mean NDVI of the unchanged pixels of every class, [acquisition][class id], from the ground views. */
function ndviSeries(): Float64Array[] {
  const [first, second, third] = ground.change.types.map(classesOf);
  return world.acquisitions.map((_, index) => {
    const [, , red, nir] = viewGround(world, index)[0].reflectance;
    const sum = new Float64Array(12);
    const count = new Float64Array(12);
    for (let p = 0; p < first!.length; p += 5) {
      const id = first![p]!;
      if (id !== second![p] || id !== third![p]) continue;
      sum[id]! += (nir![p]! - red![p]!) / (nir![p]! + red![p]!);
      count[id]!++;
    }
    return sum.map((value, id) => value / count[id]!);
  });
}

test("class means of NDVI differ by 0.05 to 0.14 between years", () => {
  const series = ndviSeries();
  const days = world.acquisitions.map(({ day }) => day);
  const at = (day: number, id: number) => {
    const next = days.findIndex((known) => known >= day);
    const share = (day - days[next - 1]!) / (days[next]! - days[next - 1]!);
    return series[next - 1]![id]! * (1 - share) + series[next]![id]! * share;
  };
  const gridDays = Array.from({ length: 20 }, (_, i) => Math.round(((i + 0.5) * 365) / 20));
  for (const [a, b] of [
    [2018, 2019],
    [2019, 2020],
    [2018, 2020],
  ] as const) {
    const start = (year: number) => dayNumber(`${year - 1}-11-01`);
    const squares = Object.values(classId).flatMap((id) =>
      gridDays.map((day) => (at(start(a) + day, id) - at(start(b) + day, id)) ** 2),
    );
    const rms = Math.sqrt(squares.reduce((sum, s) => sum + s, 0) / squares.length);
    assert.ok(rms >= 0.05 && rms <= 0.14, `${a}-${b}: ${rms}`);
  }
});

test("stands of a type spread as variation.json says", () => {
  const { stands, spectra } = world;
  const quiet = { snowLine: 5000, wetness: 0, late: 0, drought: 0 };
  const mean = new Float64Array(stands.count * bandCount);
  const months = Array.from({ length: 24 }, (_, k) => dayNumber("2018-01-01") + k * 15);
  for (const day of months) {
    const values = standSpectra(createRandom(day), stands, spectra, day, quiet);
    values.forEach((value, i) => {
      mean[i]! += Math.log(value) / months.length;
    });
  }
  let tested = 0;
  surfaceTypes.forEach((surface, type) => {
    const members = [...stands.type.keys()].filter((stand) => stands.type[stand] === type);
    // Meadows are cut on dates of their own, which adds to the spread.
    if (members.length < 100 || surface.mown) return;
    tested++;
    const expected = offsetDeviation(spectra.spreads[type]!);
    for (let b = 0; b < bandCount; b++) {
      const values = members.map((stand) => mean[stand * bandCount + b]!);
      const middle = values.reduce((sum, v) => sum + v, 0) / values.length;
      const found = Math.sqrt(
        values.reduce((sum, v) => sum + (v - middle) ** 2, 0) / values.length,
      );
      const ratio = found / expected[b]!;
      assert.ok(ratio > 0.75 && ratio < 1.25, `${surface.name} band ${b}: ${ratio}`);
    }
  });
  assert.ok(tested >= 8, `${tested} types tested`);
});

test("pixels see the stands around them in shares that add up to 1", () => {
  for (const { mixtures, side } of world.layers) {
    for (const { start, weight } of mixtures) {
      assert.equal(start.length, side * side + 1);
      for (let p = 0; p < side * side; p++) {
        let sum = 0;
        for (let k = start[p]!; k < start[p + 1]!; k++) sum += weight[k]!;
        assert.ok(Math.abs(sum - 1) < 1e-5);
      }
    }
  }
});

test("the sun stands where it should at the solstices", () => {
  // Solar noon: height = 90 degrees - latitude +- 23.45 degrees.
  const noon = 12 - place.longitude / 15;
  for (const [date, tilt] of [
    ["2019-06-21", 23.45],
    ["2019-12-21", -23.45],
  ] as const) {
    const { sine, azimuth } = sunPosition(dayNumber(date), noon);
    const height = (Math.asin(sine) * 180) / Math.PI;
    assert.ok(Math.abs(height - (90 - place.latitude + tilt)) < 0.2, `${date}: ${height}`);
    assert.ok(Math.abs(azimuth - Math.PI) < 1e-6);
  }
  assert.ok(sunPosition(dayNumber("2019-06-21"), noon - 2).azimuth < Math.PI);
});
