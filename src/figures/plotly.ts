import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { escapeHtml } from "./escape.js";
import { type Figure, titleOf } from "./figure.js";

/** Trace types of the part of plotly.js that pages carry: a third of the size of all of it. */
const TRACE_TYPES: ReadonlySet<string> = new Set([
  "bar",
  "box",
  "contour",
  "heatmap",
  "histogram",
  "histogram2d",
  "histogram2dcontour",
  "image",
  "pie",
  "scatter",
  "scatterternary",
  "violin",
]);

let script: string | undefined;

/** Whether the plotly.js of pages draws every trace of a figure; maps and 3D it does not. */
export function drawnByPlotly(figure: unknown): boolean {
  const traces = (figure as { data?: unknown }).data;
  if (!Array.isArray(traces)) return true;
  return traces.every((trace: { type?: unknown } | null) =>
    TRACE_TYPES.has(String(trace?.type ?? "scatter")),
  );
}

/** The plotly.js program as text, safe inside a `<script>` element. */
export function plotlyScript(): string {
  script ??= readFileSync(
    createRequire(import.meta.url).resolve("plotly.js-cartesian-dist-min"),
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
