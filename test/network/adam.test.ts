import assert from "node:assert/strict";
import { test } from "node:test";
import { createAdam, learningRateAt } from "../../src/network/adam.js";

test("the first step moves every parameter by the learning rate against its gradient", () => {
  const parameters = Float32Array.of(1, -2, 0.5);
  const adam = createAdam(3, { weightDecay: 0 });
  adam.update(parameters, Float32Array.of(0.1, -0.2, 0), 0.01);
  const expected = [0.99, -1.99, 0.5];
  parameters.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) < 1e-6);
  });
});

test("a gradient above the norm limit is scaled, weight decay shrinks parameters", () => {
  const clipped = createAdam(2, { maxNorm: 1 });
  clipped.update(new Float32Array(2), Float32Array.of(30, 40), 0.01);
  const mean = [...clipped.state().mean].map((value) => Number(value.toFixed(6)));
  assert.deepEqual(mean, [0.06, 0.08]);
  const parameters = Float32Array.of(2);
  createAdam(1, { weightDecay: 0.5 }).update(parameters, Float32Array.of(0), 0.1);
  assert.ok(Math.abs(parameters[0]! - 1.9) < 1e-6);
});

test("a saved state continues to the same bytes", () => {
  const gradient = (step: number) => Float32Array.of(Math.sin(step), Math.cos(step));
  const whole = Float32Array.of(1, 1);
  const adam = createAdam(2);
  for (let step = 0; step < 6; step++) adam.update(whole, gradient(step), 0.01);
  const parts = Float32Array.of(1, 1);
  let state = createAdam(2).state();
  for (let step = 0; step < 6; step++) {
    const next = createAdam(2, {}, state);
    next.update(parts, gradient(step), 0.01);
    state = next.state();
  }
  assert.deepEqual(parts, whole);
});

test("the cosine schedule falls from the peak to zero", () => {
  const rates = [0, 50, 100].map((step) => learningRateAt("cosine", 0.2, step, 100));
  assert.deepEqual(
    rates.map((rate) => Number(rate.toFixed(9))),
    [0.2, 0.1, 0],
  );
  assert.equal(learningRateAt("constant", 0.2, 70, 100), 0.2);
});
