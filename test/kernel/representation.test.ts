import assert from "node:assert/strict";
import { test } from "node:test";
import { DataFrame, Series } from "danfojs-node";
import { jupyterDisplay, type MimeBundle } from "../../src/display.js";
import { resultBundle, shownBundle } from "../../src/kernel/representation.js";

test("a data frame and a series are tables in HTML and text", () => {
  const frame = new DataFrame(
    [
      ["pasture", 0.25, 3],
      ["forest", null, 12],
    ],
    { columns: ["class", "share", "sites"] },
  );
  const shown = resultBundle(frame) as MimeBundle;
  assert.equal(
    shown["text/plain"],
    [
      "   class    share  sites",
      "0  pasture  0.250      3",
      "1  forest       -     12",
      "2 rows x 3 columns",
    ].join("\n"),
  );
  assert.match(String(shown["text/html"]), /<td style="text-align:left">pasture<\/td>/);
  const series = shownBundle(new Series([1.5, 2], { columns: ["ndvi"], index: ["a", "b"] }));
  assert.equal(
    (series as MimeBundle)["text/plain"],
    "    ndvi\na  1.500\nb      2\n2 rows x 1 columns",
  );
});

test("a long data frame is shown by its ends", () => {
  const frame = new DataFrame({ n: Array.from({ length: 1000 }, (_, n) => n) });
  const lines = String((shownBundle(frame) as MimeBundle)["text/plain"]).split("\n");
  assert.equal(lines.length, 43);
  assert.deepEqual(lines.slice(20, 23), [" 19   19", "...  ...", "980  980"]);
  assert.equal(lines.at(-1), "1000 rows x 1 columns");
});

test("displayables may take time; other last values are text", async () => {
  const drawn = { [jupyterDisplay]: async () => ({ "image/png": new Uint8Array([1, 2, 3]) }) };
  assert.deepEqual(await shownBundle(drawn), { "image/png": "AQID" });
  assert.deepEqual(await resultBundle("text"), { "text/plain": "'text'" });
  assert.deepEqual(await shownBundle("text"), { "text/plain": "text" });
});
