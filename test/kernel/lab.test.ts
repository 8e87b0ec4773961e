import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { findBrowser } from "../../src/figures/browser.js";
import { executeNotebook, networkModels, openStudy } from "../../src/index.js";
import { installKernelSpec } from "../../src/kernel/kernelSpec.js";
import { packageRoot } from "../../src/packageRoot.js";
import { writeSamples } from "../../src/samples/sampleFile.js";
import { emptyTable } from "../../src/samples/sampleTable.js";
import { writeSmallCube } from "../network/smallCube.js";
import { LabServer } from "./labServer.js";

const jupyter = join(packageRoot(), ".cache", "lab", "bin", "jupyter");
const chromium = findBrowser();
const skip = !existsSync(jupyter)
  ? "no JupyterLab in .cache/lab: make jupyterlab"
  : chromium === null && "no Chromium";

/** One year of 1 x 1 km, whose only network is trained in seconds. */
const years = [2018];
const overrides = {
  "images.size": 1000,
  "parameters.units": 8,
  "parameters.batch": 100,
  "parameters.epochs": 10,
  "parameters.learningRate": 0.01,
};

/** Writes what notebook 04 reads: a cube and the samples of every network. */
async function prepareRun(runDir: string): Promise<void> {
  const study = await openStudy({ manifest: "demo-alps", runDir, years, overrides });
  await writeSmallCube(study);
  const { grid, legend } = study;
  const table = emptyTable(400);
  for (let i = 0; i < table.length; i++) {
    const pixel = 1 + ((i * 7) % (grid.width * grid.height - 1));
    table.pixel[i] = pixel;
    table.year[i] = years[i % years.length]!;
    table.label[i] = legend[(pixel % grid.width) % legend.length]!.id;
  }
  for (const model of networkModels(years)) {
    for (const part of ["train", "validation"]) {
      await writeSamples(study.folder.samples(`${part}-${model}.parquet`), table, grid);
    }
  }
}

let folder: string;
let server: LabServer;
let browser: Browser;
let page: Page;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(packageRoot(), ".cache", "lab-test-"));
  const runDir = join(folder, "run");
  const notebooks = join(folder, "notebooks");
  await mkdir(notebooks);
  await prepareRun(runDir);
  await installKernelSpec(join(folder, "kernels", "phenocover"));
  const source = join(packageRoot(), "notebooks", "04-train.ipynb");
  const parameters = { runDir, years, overrides };
  await executeNotebook(source, join(notebooks, "04-train.ipynb"), {
    parameters,
    prepareOnly: true,
  });
  const { chromium: engine } = await import("playwright-core");
  [server, browser] = await Promise.all([
    LabServer.start(jupyter, notebooks, folder),
    engine.launch({ executablePath: chromium!, args: ["--no-sandbox"] }),
  ]);
  page = await browser.newPage({ viewport: { width: 1300, height: 1400 } });
  page.setDefaultTimeout(120_000);
});

after(async () => {
  await browser?.close();
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Adds a cell below all others and types into it. */
async function newCell(source: string): Promise<void> {
  await page.locator(".jp-Notebook .jp-CodeCell").last().locator(".cm-content").click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("b");
  await page.keyboard.press("Enter");
  await page.keyboard.insertText(source);
}

const lastCell = () => page.locator(".jp-Notebook .jp-CodeCell").last();
const prompt = () => lastCell().locator(".jp-InputPrompt");

/** Waits until the last cell has been executed. */
const finished = () =>
  prompt()
    .filter({ hasText: /\[\d+\]/ })
    .waitFor();

async function runLast(): Promise<void> {
  await page.keyboard.press("Control+Enter");
  await finished();
}

/** JupyterLab drops a kernel's answer that takes longer than a second: asks until it is there. */
async function completions(wanted: string): Promise<readonly string[]> {
  const offered = page.locator(".jp-Completer-item .jp-Completer-match");
  let names: readonly string[] = [];
  for (let attempt = 0; attempt < 30 && !names.includes(wanted); attempt++) {
    if (await offered.first().isVisible()) await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    await offered
      .first()
      .waitFor({ timeout: 5000 })
      .catch(() => undefined);
    names = await offered.allTextContents();
  }
  return names;
}

/** Presses a button of the notebook's toolbar. */
const press = (command: string) =>
  page.locator(`.jp-NotebookPanel-toolbar [data-command="${command}"]`).click();

test("notebook 04 in JupyterLab: run, complete, hover, interrupt, restart", { skip }, async () => {
  await page.goto(`${server.address}/lab/tree/04-train.ipynb`);
  await server.kernelIsIdle();
  await page.locator(".jp-KernelName", { hasText: "TypeScript (phenocover)" }).waitFor();
  await page.locator(".lm-MenuBar-item", { hasText: /^Run$/ }).click();
  await page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click();
  await finished();
  assert.equal(await page.locator(".jp-OutputArea [data-mime-type*=stderr]").count(), 0);
  const bars = page.locator(".jp-OutputArea progress");
  assert.equal(await bars.count(), 1);
  assert.equal(await bars.getAttribute("value"), "100");
  assert.match((await bars.locator("..").textContent()) ?? "", /^training .*100 %/);
  assert.equal(await page.locator(".jp-OutputArea .jp-RenderedHTMLCommon tbody tr").count(), 1);
  await page.locator(".jp-OutputArea .js-plotly-plot .scatterlayer .trace").first().waitFor();

  await newCell('import * as phenocover from "phenocover";');
  await runLast();
  await newCell("phenocover.");
  const names = await completions("ndvi");
  for (const name of ["ndvi", "openStudy", "trainNetworks"]) assert.ok(names.includes(name), name);
  await page.keyboard.press("Escape");

  await page.keyboard.insertText("ndvi");
  await page.keyboard.press("Shift+Tab");
  const hover = page.locator(".jp-Tooltip");
  await hover.waitFor();
  const words = (await hover.textContent()) ?? "";
  assert.match(words, /function ndvi\(bands: /);
  assert.match(words, /Normalised difference vegetation index/);
  await page.keyboard.press("Escape");

  await newCell("await new Promise(() => {});");
  await page.keyboard.press("Control+Enter");
  await prompt().filter({ hasText: "[*]" }).waitFor();
  await press("notebook:interrupt-kernel");
  await lastCell().getByText("KeyboardInterrupt: the cell was interrupted").waitFor();

  await press("notebook:restart-kernel");
  await page.locator(".jp-Dialog .jp-mod-accept").click();
  await server.kernelIsIdle();
  await newCell("jobs.length");
  await runLast();
  assert.equal(await prompt().textContent(), "[1]:");
  await lastCell().getByText("Cannot find name 'jobs'").first().waitFor();
});
