import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat as statFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { jupyterDisplay } from "../../src/display.js";
import { findBrowser } from "../../src/figures/browser.js";
import { lossCurves } from "../../src/figures/charts/lossCurves.js";
import { scoreBars } from "../../src/figures/charts/scoreBars.js";
import { seriesByClass } from "../../src/figures/charts/seriesByClass.js";
import { tradeOff } from "../../src/figures/charts/tradeOff.js";
import { htmlTable } from "../../src/figures/htmlTable.js";
import { drawnByPlotly } from "../../src/figures/plotly.js";
import { saveFigures } from "../../src/figures/saveFigures.js";
import { formatCsv } from "../../src/table/csv.js";
import { toDanfo } from "../../src/table/danfo.js";
import { tableNumbers } from "../../src/table/table.js";

const folder = await mkdtemp(join(tmpdir(), "phenocover-figures-"));
after(() => rm(folder, { recursive: true }));

const figures = {
  loss: lossCurves({ "multi-year": [{ epoch: 1, steps: 41, loss: 0.9, validation_loss: 1.1 }] }),
  agreement: scoreBars(
    [
      { model: "multi-year", group: "2018-2019", value: 0.9, low: 0.88, high: 0.93 },
      { model: "paper", group: "2018-2019", value: 0.78 },
    ],
    { title: "Agreement", measure: "pixel agreement" },
  ),
  series: seriesByClass(
    [10, 28],
    [
      {
        name: "Grass",
        colour: "#C5F381",
        median: [0.4, Number.NaN],
        low: [0.3, 0.4],
        high: [1, 1],
      },
    ],
  ),
  trade: tradeOff([{ model: "constant", agreement: 1, other: 0 }], "storm recall"),
};

test("figures are plain data: JSON gives them back, pages hold them with plotly itself", async () => {
  const shown = await saveFigures(folder, figures);
  for (const [n, [name, figure]] of Object.entries(figures).entries()) {
    assert.deepEqual(JSON.parse(await readFile(join(folder, `${name}.json`), "utf8")), figure);
    assert.deepEqual(shown[n]![jupyterDisplay]()["application/vnd.plotly.v1+json"], figure);
    const page = await readFile(join(folder, `${name}.html`), "utf8");
    assert.ok(/plotly\.js.* v\d/.test(page) && !/<script[^>]+src=/.test(page));
  }
  if (findBrowser() !== null) {
    assert.match(await readFile(join(folder, "loss.svg"), "utf8"), /^<svg/);
  }
});

test("a figure is drawn again only when it has changed", async () => {
  const own = join(folder, "again");
  const times = async () =>
    Promise.all(
      ["loss.html", "trade.html"].map(async (name) => (await stat(join(own, name))).mtimeNs),
    );
  const stat = (path: string) => statFile(path, { bigint: true });
  await saveFigures(own, { loss: figures.loss, trade: figures.trade });
  const before = await times();
  const changed = tradeOff([{ model: "constant", agreement: 0.9, other: 0 }], "storm recall");
  await saveFigures(own, { loss: figures.loss, trade: changed });
  const after = await times();
  assert.equal(after[0], before[0]);
  assert.notEqual(after[1], before[1]);
});

test("pages know which traces their plotly draws", () => {
  assert.ok(drawnByPlotly(figures.loss) && drawnByPlotly({ data: [{ x: [1] }] }));
  assert.ok(!drawnByPlotly({ data: [{ type: "scatter" }, { type: "surface" }] }));
});

test("intervals are drawn as distances from the value", () => {
  const [bar] = figures.agreement.data;
  const { array, arrayminus } = bar!.error_y as { array: number[]; arrayminus: number[] };
  assert.ok(Math.abs(array[0]! - 0.03) < 1e-12 && Math.abs(arrayminus[0]! - 0.02) < 1e-12);
});

test("axes name their units", () => {
  for (const { layout } of Object.values(figures)) {
    const { title } = layout.yaxis as { title: { text: string } };
    assert.match(title.text, /\(.+\)/);
  }
});

test("a browser is looked for by variable, then on the path", () => {
  assert.equal(findBrowser({ PATH: folder }), null);
  assert.equal(findBrowser({ PATH: "", PHENOCOVER_CHROMIUM: process.execPath }), process.execPath);
});

test("tables escape text, align numbers and print a dash for nothing", () => {
  const table = htmlTable([
    { class: "a<b", value: 0.12345, low: null },
    { class: "all", value: 12, low: 0.1 },
  ]);
  assert.ok(table.html.includes("a&lt;b") && table.html.includes(">0.123<"));
  assert.equal(table.text, "class  value    low\na<b    0.123      -\nall       12  0.100");
});

test("rows become a danfo.js frame that can be grouped", async () => {
  const frame = await toDanfo([
    { model: "a", value: 1 },
    { model: "a", value: 3 },
    { model: "b", value: 5 },
  ]);
  assert.deepEqual(
    frame.groupby(["model"]).col(["value"]).mean().column("value_mean").values,
    [2, 5],
  );
  assert.equal(formatCsv(["value", "model"], frame), "value,model\n1,a\n3,a\n5,b\n");
  assert.equal(htmlTable(frame).text, "model  value\na          1\na          3\nb          5");
  assert.deepEqual([...tableNumbers(frame, ["value"])], [1, 3, 5]);
  assert.throws(() => tableNumbers(frame, ["model"]), /model: "a" in row 0, expected numbers/);
  assert.throws(() => tableNumbers(frame, ["ndvi"]), /ndvi: no such column in row 0/);
});
