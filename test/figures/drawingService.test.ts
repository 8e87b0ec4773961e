import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { findBrowser } from "../../src/figures/browser.js";
import {
  DRAWING_SOCKET,
  drawFigures,
  startDrawingService,
} from "../../src/figures/drawingService.js";
import { axis, figure } from "../../src/figures/figure.js";
import { saveFigures } from "../../src/figures/saveFigures.js";

const browser = findBrowser();
const skip = browser === null && "no Chromium";

const curve = (title: string, y: number[]) =>
  figure([{ type: "scatter", x: [1, 2, 3], y }], {
    title: { text: title },
    xaxis: axis("step (-)"),
    yaxis: axis("loss (-)"),
  });
const figures = [curve("falling", [3, 2, 1]), curve("rising", [1, 2, 3])];

test("a service draws what a browser of one's own draws, for several at once", {
  skip,
}, async () => {
  const own = await drawFigures(figures, browser!);
  const service = (await startDrawingService(browser!))!;
  process.env[DRAWING_SOCKET] = service.socket;
  try {
    const [once, backwards] = await Promise.all([
      drawFigures(figures, browser!),
      drawFigures([...figures].reverse(), browser!),
    ]);
    for (const [n, { svg, png }] of own.entries()) {
      assert.match(svg, /^<svg/);
      assert.equal(once[n]!.svg, svg);
      assert.equal(backwards[figures.length - 1 - n]!.svg, svg);
      assert.ok(Buffer.from(once[n]!.png).equals(png));
      // A PNG names its size in pixels: twice that of the figure.
      assert.equal(Buffer.from(png).readUInt32BE(16), 1800);
    }
    const broken = { data: [], layout: { width: -1, height: -1, title: { text: "no size" } } };
    await assert.rejects(drawFigures([broken], browser!), {
      name: "ProcessError",
      message: /drawing service.*could not draw "no size"/,
    });
    await service.close();
    await assert.rejects(drawFigures(figures, browser!), /drawing service.*does not answer/);
  } finally {
    delete process.env[DRAWING_SOCKET];
    await service.close();
  }
  assert.ok(!existsSync(dirname(service.socket)));
});

test("a browser that does not start costs the pictures, not the figures", async () => {
  const folder = await mkdtemp(join(tmpdir(), "no-browser-"));
  process.env.PHENOCOVER_CHROMIUM = process.execPath;
  try {
    const shown = await saveFigures(folder, { falling: figures[0]! });
    assert.equal(shown.length, 1);
    assert.deepEqual((await readdir(folder)).sort(), ["falling.html", "falling.json"]);
  } finally {
    delete process.env.PHENOCOVER_CHROMIUM;
    await rm(folder, { recursive: true });
  }
});

test("a folder whose path is too long for a socket has no service", async () => {
  const before = process.env.TMPDIR;
  const folder = await mkdtemp(join(tmpdir(), `${"long".repeat(30)}-`));
  process.env.TMPDIR = folder;
  try {
    assert.equal(await startDrawingService(process.execPath), null);
    assert.deepEqual(await readdir(folder), []);
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    await rm(folder, { recursive: true });
  }
});
