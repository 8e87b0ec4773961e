import assert from "node:assert/strict";
import { test } from "node:test";
import { readManifest } from "../../src/manifest/readManifest.js";
import { changedParts, type StepSettings, stepBasis } from "../../src/run/stepHash.js";
import { steps } from "../../src/run/steps.js";

const step = (name: string) => steps.find((one) => one.name === name)!;

function basis(name: string, changes: Partial<StepSettings> = {}) {
  const settings: StepSettings = {
    step: step(name),
    manifest: readManifest("slovenia"),
    years: [2016, 2017],
    seed: 1,
    engine: "wasm 1",
    inputs: [{ path: "a.tif", bytes: 1, sha256: "x", role: "study" }],
    earlier: [],
    ...changes,
  };
  return stepBasis(settings, "notebook", "code");
}

/** Parts in which a step's basis differs after a change. */
const changed = (name: string, changes: Partial<StepSettings>) =>
  changedParts(basis(name), basis(name, changes));

test("a step's hash holds what it reads and nothing else", () => {
  const epochs = readManifest("slovenia", { epochs: 3 });
  assert.deepEqual(changed("01-retrieve", { manifest: epochs }), []);
  assert.deepEqual(changed("03-pseudo-labels", { manifest: epochs }), []);
  const soft = readManifest("slovenia", { "parameters.softLabels": 0.2 });
  assert.deepEqual(changed("03-pseudo-labels", { manifest: soft }), []);
  assert.deepEqual(changed("04-train", { manifest: epochs }), ["manifest, years or seed"]);
  assert.deepEqual(changed("01-retrieve", { seed: 2 }), []);
  assert.deepEqual(changed("02-cluster", { seed: 2 }), ["manifest, years or seed"]);
  assert.deepEqual(changed("01-retrieve", { years: [2016] }), ["manifest, years or seed"]);
  assert.deepEqual(changed("01-retrieve", { engine: "tensorflow 2" }), ["engine"]);
});

test("the reference enters validation and paper only", () => {
  const without = { ...readManifest("slovenia"), reference: null };
  assert.deepEqual(changed("06-agreement", { manifest: without }), []);
  assert.deepEqual(changed("07-validate", { manifest: without }), ["manifest, years or seed"]);
  const more = { ...readManifest("slovenia"), terrain: "dem.tif", interpretation: "points" };
  assert.deepEqual(changed("06-agreement", { manifest: more }), []);
  assert.deepEqual(changed("07-validate", { manifest: more }), ["manifest, years or seed"]);
  const inputs: StepSettings["inputs"] = [
    { path: "a.tif", bytes: 1, sha256: "x", role: "study" },
    { path: "points.csv", bytes: 1, sha256: "y", role: "reference" },
  ];
  assert.deepEqual(changed("05-map", { inputs }), []);
  assert.deepEqual(changed("08-paper", { inputs }), ["input files"]);
});

test("a title is shown by the first and the last notebook and decides nothing", () => {
  const renamed = { ...readManifest("slovenia"), title: "Hills", attribution: "somebody" };
  for (const name of ["01-retrieve", "08-paper"]) {
    assert.deepEqual(changed(name, { manifest: renamed }), ["manifest, years or seed"]);
  }
  assert.deepEqual(changed("04-train", { manifest: renamed }), []);
});

test("the order of products does not matter", () => {
  const products = ["b", "a"].map((path) => ({ path, bytes: 1, sha256: path }));
  const one = basis("02-cluster", { earlier: products });
  assert.deepEqual(one, basis("02-cluster", { earlier: [...products].reverse() }));
});
