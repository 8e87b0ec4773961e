import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { PNG } from "pngjs";
import { findBrowser } from "../../src/figures/browser.js";
import { codeCell } from "../../src/notebook/document/cells.js";
import type { Output } from "../../src/notebook/document/notebook.js";
import { writeNotebook } from "../../src/notebook/document/writeNotebook.js";
import { writeHtml } from "../../src/notebook/html/writeHtml.js";
import { notebookOf, text } from "./fixtures.js";

const folder = mkdtempSync(join(tmpdir(), "html-"));
after(() => rmSync(folder, { recursive: true }));

const map = PNG.sync.write(new PNG({ width: 200, height: 100, fill: true })).toString("base64");
const curve = {
  data: [{ type: "scatter", x: [1, 2, 3], y: [4, 5, 6] }],
  layout: { title: "loss" },
};

async function page(): Promise<string> {
  const cell = codeCell('display("<map>")', []);
  const shown = (data: Record<string, unknown>) =>
    ({ output_type: "display_data", data, metadata: {} }) as Output;
  cell.outputs = [
    shown({ "image/png": map, "text/plain": "map of 2018" }),
    shown({ "application/vnd.plotly.v1+json": curve, "image/png": map }),
    { output_type: "stream", name: "stdout", text: "a < b\n" },
  ];
  const notebook = join(folder, "a.ipynb");
  await writeNotebook(notebook, notebookOf([text("# Title"), cell]));
  await writeHtml(notebook, join(folder, "a.html"));
  return join(folder, "a.html");
}

test("a page holds text, escaped code and outputs, and needs nothing else", async () => {
  const html = readFileSync(await page(), "utf8");
  assert.match(html, /<h1>Title<\/h1>/);
  assert.match(html, /<code>display\(&quot;&lt;map&gt;&quot;\)<\/code>/);
  assert.match(html, /a &lt; b/);
  assert.match(html, /alt="map of 2018" src="data:image\/png;base64,/);
  const outside = html.replaceAll(/<script>[\s\S]*?<\/script>/g, "");
  assert.doesNotMatch(outside, /<(script|link|img)[^>]+(src|href)="(?!data:)/);
});

const browser = findBrowser();
test("figures are live, and maps are zoomed and moved", {
  skip: browser === null && "no Chromium",
}, async () => {
  const { chromium } = await import("playwright-core");
  const instance = await chromium.launch({ executablePath: browser!, args: ["--no-sandbox"] });
  try {
    const tab = await instance.newPage();
    const faults: string[] = [];
    tab.on("pageerror", (error) => faults.push(error.message));
    tab.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) faults.push(request.url());
    });
    await tab.goto(pathToFileURL(await page()).href);
    await tab.waitForSelector(".js-plotly-plot .scatterlayer .trace");
    assert.equal(await tab.locator(".js-plotly-plot").count(), 1);

    const picture = tab.getByAltText("map of 2018");
    const box = (await picture.boundingBox())!;
    await picture.dblclick({ position: { x: 50, y: 25 } });
    const stands = async (x: number, y: number, width: number) => {
      const found = (await picture.boundingBox())!;
      // Clicks fall on whole pixels of the screen, the picture between them.
      assert.ok(Math.abs(found.x - x) <= 2 && Math.abs(found.y - y) <= 2, JSON.stringify(found));
      assert.equal(found.width, width);
    };
    await stands(box.x - 50, box.y - 25, 400);
    await tab.mouse.move(box.x + 50, box.y + 50);
    await tab.mouse.down();
    await tab.mouse.move(box.x + 70, box.y + 60);
    await tab.mouse.up();
    await stands(box.x - 30, box.y - 15, 400);
    await picture.dblclick({ modifiers: ["Shift"], position: { x: 60, y: 30 } });
    await stands(box.x, box.y, 200);
    assert.deepEqual(faults, []);
  } finally {
    await instance.close();
  }
});
