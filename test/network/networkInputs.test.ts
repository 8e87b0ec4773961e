import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { FileError } from "../../src/errors.js";
import { checkNetworkInputs, writeNetworkInputs } from "../../src/network/networkInputs.js";

test("a network refuses a cube with another scaling or other channels", async () => {
  const folder = await mkdtemp(join(tmpdir(), "phenocover-inputs-"));
  try {
    const inputs = {
      channels: ["red", "nir"],
      low: [0.02, 0.1],
      high: [0.2, 0.5],
      dates: 20,
      classes: [1, 4],
    };
    await writeNetworkInputs(folder, inputs);
    await checkNetworkInputs(folder, inputs);
    const file = /scaler\.json: the cube's /;
    await assert.rejects(checkNetworkInputs(folder, { ...inputs, low: [0.03, 0.1] }), file);
    await assert.rejects(
      checkNetworkInputs(folder, { ...inputs, channels: ["red", "NDVI"] }),
      /channels are \["red","NDVI"\], the network's \["red","nir"\]/,
    );
    await assert.rejects(
      checkNetworkInputs(folder, { ...inputs, classes: [1, 5] }),
      /the cube's classes are \[1,5\], the network's \[1,4\]/,
    );
    await writeFile(join(folder, "scaler.json"), '{"channels": ["red"');
    await assert.rejects(checkNetworkInputs(folder, inputs), FileError);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
