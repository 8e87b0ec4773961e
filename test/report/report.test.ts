import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { agreementTable } from "../../src/report/agreementTable.js";
import { outcomeInWords } from "../../src/report/inWords.js";
import { readTable } from "../../src/report/readTable.js";
import { summaryTable } from "../../src/report/summaryTable.js";
import { writeReport } from "../../src/report/writeReport.js";
import type { Row } from "../../src/table/csv.js";
import { smallRun } from "./smallRun.js";

const root = await mkdtemp(join(tmpdir(), "phenocover-report-"));
after(() => rm(root, { recursive: true }));
const study = await smallRun(root);

const one = (rows: readonly Row[], wanted: Row): Row => {
  const found = rows.filter((row) => Object.entries(wanted).every(([key, v]) => row[key] === v));
  assert.equal(found.length, 1, JSON.stringify(wanted));
  return found[0]!;
};

test("agreement is the diagonal share of the transitions, and a constant map agrees fully", async () => {
  const agreement = await readTable(study, "agreement.csv");
  const transitions = (await readTable(study, "transitions.csv")).filter(
    (row) => row.model === "multi-year" && row.from === 2018,
  );
  const pixels = (rows: Row[]) => rows.reduce((sum, row) => sum + Number(row.pixels), 0);
  const same = transitions.filter((row) => row.class_from === row.class_to);
  const from = { from: 2018, to: 2019, class: "all", measure: "agreement" };
  const { value, low, high } = one(agreement, { model: "multi-year", ...from });
  assert.equal(value, Number((pixels(same) / pixels(transitions)).toFixed(6)));
  assert.ok(Number(low) < Number(value) && Number(value) < Number(high));
  assert.equal(one(agreement, { model: "constant", ...from }).value, 1);
  assert.equal(transitions[0]!.area_ha, Number(transitions[0]!.pixels) / 100);
});

test("paired differences: fewer errors agree more and are more accurate, off zero", async () => {
  const rows = await readTable(study, "differences.csv");
  for (const measure of ["agreement", "accuracy"]) {
    const pair = { model: "multi-year", against: "single-year", measure, period: "mean" };
    assert.ok(Number(one(rows, pair).low) > 0);
  }
  const transfer = await readTable(study, "transfer.csv");
  const loss = { measure: "loss", year: "mean" };
  assert.ok(Number(one(transfer, { model: "single-year-2018", ...loss }).low) > 0);
  assert.ok(Number(one(transfer, { model: "multi-year", ...loss }).high) < 0);
});

test("without change truth there are stability and flicker, but no recall", async () => {
  const measures = new Set((await readTable(study, "change.csv")).map((row) => row.measure));
  assert.deepEqual([...measures].sort(), ["flicker", "stability"]);
});

test("the summary has a row a model and the paper stands beside the agreement", async () => {
  const summary = await summaryTable(study);
  const lines = summary.text.split("\n");
  assert.match(lines[0]!, /^model +agreement 2018-2019 +agreement 2019-2020 +accuracy/);
  assert.deepEqual(
    lines.slice(1).map((line) => line.split(" ")[0]),
    ["multi-year", "single-year", "forest", "constant"],
  );
  const { text } = await agreementTable(study);
  assert.match(text.split("\n")[0]!, /multi-year 2018-2019 +paper +single-year 2018-2019 +paper/);
  assert.match(text, /Conifers.*0\.81.*0\.79/);
});

test("the report holds every table, picture and link and no path of this machine", async () => {
  const page = await readFile(await writeReport(study), "utf8");
  for (const part of [
    "A small &lt;test&gt; region",
    "Agreement, accuracy and change together",
    "Agreement beside the paper",
    "overall accuracy",
    "Differences between models",
    "A network applied to years other than its own",
    "Change scores by stratum",
    "Limits",
    'href="maps/multi-year/changes.tif"',
    'href="tables/agreement.csv"',
    'href="figures/maps.png"',
    'id="chart-agreement-2018-2019"',
  ]) {
    assert.ok(page.includes(part), part);
  }
  assert.equal(page.match(/<img [^>]*src="data:image\/png;base64,/g)?.length, 2);
  assert.ok(!page.includes(root) && !page.includes(process.cwd()));
  assert.ok(!/<(script|link|img)[^>]+(src|href)="(?!data:)/.test(page));
  assert.equal(await readFile(await writeReport(study), "utf8"), page);
});

test("sentences follow the figures: signs, intervals and where the gain comes from", () => {
  const row = (model: string, against: string, value: number, spread: number): Row => ({
    model,
    against,
    measure: "agreement",
    period: "mean",
    value,
    low: value - spread,
    high: value + spread,
  });
  const scores = ["multi-year", "single-year"].map((model, n) => ({
    model,
    measure: "agreement",
    period: "mean",
    value: 0.9 - 0.05 * n,
  }));
  const words = (labels: number, years: number) =>
    outcomeInWords({
      scores,
      transfer: [],
      differences: [
        row("multi-year", "single-year", labels + years, 0.01),
        row("multi-year", "multi-year-annual", labels, 0.01),
        row("multi-year", "single-year-share", years, 0.01),
        row("multi-year-annual", "single-year", years, 0.01),
        row("single-year-share", "single-year", labels, 0.01),
      ],
    }).join("\n");
  assert.match(words(0.05, 0.003), /\+5\.3 points \(95 % interval \+4\.3 to \+6\.3, above zero\)/);
  assert.match(words(0.05, 0.003), /comes from the stable label set/);
  assert.match(words(0.05, 0.003), /\+0\.3 points .*not off zero/);
  assert.match(words(0.003, 0.05), /comes from pooling the years/);
  assert.match(words(0.03, 0.03), /Both contribute about the same/);
  assert.match(words(-0.03, -0.03), /no gain in agreement to explain/);
  assert.match(words(-0.03, -0.03), /−6\.0 points .*below zero/);
});
