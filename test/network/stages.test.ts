import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { type TestContext, test } from "node:test";
import type { Parameters } from "../../src/manifest/manifest.js";
import { networkKinds } from "../../src/network/networkKinds.js";
import { predictYears, type YearPrediction } from "../../src/network/predictYears.js";
import { trainNetworks } from "../../src/network/trainNetworks.js";
import { writeSamples } from "../../src/samples/sampleFile.js";
import { emptyTable } from "../../src/samples/sampleTable.js";
import { readCsv } from "../../src/table/csv.js";
import { smallStudy } from "../samples/smallStudy.js";
import { writeSmallCube } from "./smallCube.js";

async function preparedStudy(context: TestContext, more: Partial<Parameters> = {}) {
  const parameters = { units: 16, batch: 64, learningRate: 1e-2, ...more };
  const study = await smallStudy(context, { width: 30, height: 18, parameters });
  await writeSmallCube(study);
  const table = emptyTable(400);
  for (let i = 0; i < table.length; i++) {
    const pixel = 1 + ((i * 7) % (30 * 18 - 1));
    table.pixel[i] = pixel;
    table.year[i] = study.years[i % 2]!;
    table.label[i] = study.legend[(pixel % 30) % 3]!.id;
  }
  await writeSamples(study.folder.samples("train.parquet"), table, study.grid);
  return study;
}

test("networks are trained from sample tables and map whole years", async (context) => {
  const study = await preparedStudy(context);
  const tables = {
    trainTable: study.folder.samples("train.parquet"),
    validationTable: study.folder.samples("train.parquet"),
  };
  const jobs = ["a", "b"].map((model, seed) => ({ model, ...tables, steps: 40, seed }));
  let last = 0;
  const onProgress = (done: number, total: number) => {
    assert.ok(done >= last && done <= total);
    last = done;
  };
  const summaries = await trainNetworks(study, jobs, { processes: 2, onProgress });
  assert.equal(last, 80);
  assert.deepEqual(
    summaries.map(({ model, samples, steps, epochs }) => ({ model, samples, steps, epochs })),
    ["a", "b"].map((model) => ({ model, samples: 400, steps: 40, epochs: 6 })),
  );
  assert.ok(summaries[0]!.validationAgreement! > 0.9);
  const rows = await readCsv(study.folder.model("a", "training.csv"));
  assert.deepEqual(
    rows.map((row) => row.steps),
    ["7", "14", "21", "28", "35", "40"],
  );

  const models = [
    { model: "a", years: [2018, 2019] },
    { model: "b", years: [2019] },
  ];
  const collect = async (processes: number) => {
    const found: YearPrediction[] = [];
    const options = { processes, pixelsPerTask: 130 };
    for await (const prediction of predictYears(study, models, options)) found.push(prediction);
    return found;
  };
  const maps = await collect(1);
  assert.deepEqual(await collect(2), maps);
  assert.deepEqual(
    maps.map(({ model, year }) => `${model} ${year}`),
    ["a 2018", "a 2019", "b 2019"],
  );
  const pixels = 30 * 18;
  const { probabilities } = maps[0]!;
  assert.equal(probabilities.length, 3 * pixels);
  assert.deepEqual(
    [0, 1, 2].map((k) => probabilities[k * pixels]),
    [0, 0, 0],
  );
  let right = 0;
  for (let pixel = 1; pixel < pixels; pixel++) {
    const shares = [0, 1, 2].map((k) => probabilities[k * pixels + pixel]!);
    if (shares.indexOf(Math.max(...shares)) === (pixel % 30) % 3) right++;
  }
  assert.ok(right > 0.9 * pixels);

  const path = study.folder.model("b", "scaler.json");
  await writeFile(path, (await readFile(path, "utf8")).replace("0.8", "0.7"));
  await assert.rejects(collect(1), /scaler\.json: the cube's high are \[0\.8\], the network's/);
});

for (const network of networkKinds) {
  test(`${network}: a study trains and maps with it`, async (context) => {
    // What the compiled kernel learns is in the test above.
    const deep = network === "lstm" ? { layers: 2, bidirectional: true, layerNorm: true } : {};
    const study = await preparedStudy(context, { network, patience: 3, ...deep });
    const table = study.folder.samples("train.parquet");
    const job = { model: "a", trainTable: table, validationTable: table, steps: 40, seed: 1 };
    const [summary] = await trainNetworks(study, [job], { processes: 1 });
    assert.ok(summary!.validationAgreement! > 0.9, `${summary!.validationAgreement}`);
    assert.equal(existsSync(study.folder.model("a", "checkpoint.bin")), false);
    const maps: YearPrediction[] = [];
    for await (const map of predictYears(study, [{ model: "a", years: [2018] }], {
      processes: 1,
    })) {
      maps.push(map);
    }
    const pixels = 30 * 18;
    const { probabilities } = maps[0]!;
    let right = 0;
    for (let pixel = 1; pixel < pixels; pixel++) {
      const shares = [0, 1, 2].map((k) => probabilities[k * pixels + pixel]!);
      if (shares.indexOf(Math.max(...shares)) === (pixel % 30) % 3) right++;
    }
    assert.ok(right > 0.9 * pixels, `${right} of ${pixels}`);
  });
}

test("a table without samples and a class outside the legend are refused", async (context) => {
  const study = await preparedStudy(context);
  const path = study.folder.samples("other.parquet");
  const job = { model: "c", trainTable: path, validationTable: path, steps: 1, seed: 1 };
  await writeSamples(path, emptyTable(0), study.grid);
  await assert.rejects(trainNetworks(study, [job], { processes: 1 }), /holds no sample/);
  const table = emptyTable(1);
  table.year[0] = 2018;
  table.label[0] = 77;
  await writeSamples(path, table, study.grid);
  await assert.rejects(trainNetworks(study, [job], { processes: 1 }), /class 77 is not in the/);
});
