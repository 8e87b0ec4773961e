import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { escapeHtml } from "./escape.js";
import { type Figure, titleOf } from "./figure.js";

let script: string | undefined;

/** The plotly.js program as text, safe inside a `<script>` element. */
export function plotlyScript(): string {
  script ??= readFileSync(
    createRequire(import.meta.url).resolve("plotly.js-dist-min"),
    "utf8",
  ).replaceAll("</script", "<\\/script");
  return script;
}

/** Text of a figure as JSON that may stand inside a `<script>` element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/** A page that shows the figure without any other file. */
export function figureHtml(figure: Figure): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(titleOf(figure))}</title></head>
<body>
<div id="figure"></div>
<script>${plotlyScript()}</script>
<script>
const figure = ${scriptJson(figure)};
Plotly.newPlot("figure", figure.data, figure.layout, { responsive: true });
</script>
</body>
</html>
`;
}
