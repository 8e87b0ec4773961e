import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlockCounts } from "../../src/assess/blockCounts.js";
import {
  blockDraws,
  difference,
  distributions,
  estimate,
  meanOf,
} from "../../src/assess/bootstrap.js";
import { createRandom, type Random } from "../../src/random.js";

/** Blocks of 50 pixels, right with a chance that varies from block to block around `chance`. */
function simulate(blocks: number, chance: number, random: Random): BlockCounts {
  const counts = new Float64Array(blocks * 2);
  for (let b = 0; b < blocks; b++) {
    const own = chance + 0.15 * (2 * random.uniform() - 1);
    for (let i = 0; i < 50; i++) counts[b * 2 + (random.uniform() < own ? 0 : 1)]!++;
  }
  return { blocks, width: 2, counts };
}

const share = (n: Float64Array) => n[0]! / (n[0]! + n[1]!);

test("draws are the same every time and take as many blocks as there are", () => {
  const draws = blockDraws(30, 20);
  assert.deepEqual(draws, blockDraws(30, 20));
  for (const times of draws)
    assert.equal(
      times.reduce((sum, n) => sum + n, 0),
      30,
    );
});

test("intervals cover the true share about as often as they claim", () => {
  const random = createRandom(11);
  const draws = blockDraws(40, 300);
  let covered = 0;
  for (let round = 0; round < 200; round++) {
    const [score] = distributions(simulate(40, 0.7, random), [share], draws);
    const { low, high } = estimate(score!);
    if (low! <= 0.7 && 0.7 <= high!) covered++;
  }
  assert.ok(covered >= 178 && covered <= 199, `${covered} of 200 intervals cover`);
});

test("a score minus itself is exactly zero, and pairing narrows a difference", () => {
  const random = createRandom(5);
  const a = simulate(40, 0.7, random);
  const draws = blockDraws(40, 300);
  const [left] = distributions(a, [share], draws);
  assert.deepEqual(estimate(difference(left!, left!)), { value: 0, low: 0, high: 0 });
  const better = { ...a, counts: a.counts.slice() };
  for (let b = 0; b < 40; b++) {
    better.counts[b * 2]! += 1;
    better.counts[b * 2 + 1]! -= 1;
  }
  const [right] = distributions(better, [share], draws);
  const { value, low, high } = estimate(difference(right!, left!));
  assert.ok(Math.abs(value! - 0.02) < 1e-12 && low! > 0.0199 && high! < 0.0201);
});

test("a score that most draws cannot give has no interval", () => {
  const counts = { blocks: 3, width: 2, counts: Float64Array.of(1, 0, 0, 0, 0, 0) };
  const [score] = distributions(counts, [(n) => (n[0] === 1 ? 1 : Number.NaN)], blockDraws(3, 200));
  assert.deepEqual(estimate(score!), { value: 1, low: null, high: null });
  assert.deepEqual(estimate({ value: Number.NaN, draws: new Float64Array(2) }), {
    value: null,
    low: null,
    high: null,
  });
});

test("the mean over seeds is taken draw by draw", () => {
  const mean = meanOf([
    { value: 1, draws: Float64Array.of(1, 2) },
    { value: 3, draws: Float64Array.of(3, 6) },
  ]);
  assert.equal(mean.value, 2);
  assert.deepEqual([...mean.draws], [2, 4]);
});
