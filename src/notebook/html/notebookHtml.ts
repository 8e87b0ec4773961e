import { marked } from "marked";
import { escapeHtml } from "../../figures/escape.js";
import { drawnByPlotly, plotlyScript, scriptJson } from "../../figures/plotly.js";
import { cellTags } from "../document/cells.js";
import { type Cell, isJsonObject, type Notebook, type Output } from "../document/notebook.js";
import { zoomScript, zoomStyle } from "./pictureZoom.js";

const PLOTLY = "application/vnd.plotly.v1+json";

const STYLE = `
body { font: 16px/1.5 Helvetica, Arial, sans-serif; color: #202428; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
pre { background: #f4f5f7; padding: .6rem .8rem; overflow-x: auto; font: 13px/1.4 monospace; white-space: pre-wrap; }
pre.output { background: none; padding: 0 .8rem; }
pre.error, pre.stderr { background: #fdf1f0; }
table { border-collapse: collapse; font-size: 14px; margin: .6rem 0; }
th, td { border-bottom: 1px solid #dfe3e6; padding: .2rem .6rem; text-align: left; }
.scroll { overflow-x: auto; }
img { max-width: 100%; }
`;

/**
 * The notebook as one self-contained page: text, code, outputs, pictures such as maps, which can be
 * zoomed, and live plotly figures; plotly itself is put in only where a figure needs it. A figure with traces that the page's plotly
 * does not draw (maps, 3D) shows its picture or text.
 *
 * @param title of the page
 */
export function notebookHtml(notebook: Notebook, title: string): string {
  let figures = 0;
  const figureOf = (figure: unknown): string => {
    const id = `figure-${++figures}`;
    return `<div id="${id}"></div><script>{const f=${scriptJson(figure)};Plotly.newPlot("${id}",f.data,f.layout,{responsive:true});}</script>`;
  };
  const cells = notebook.cells.map((cell) => cellHtml(cell, figureOf)).join("\n");
  const script = figures > 0 ? `<script>${plotlyScript()}</script>\n` : "";
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<style>${STYLE}${zoomStyle}</style>
${script}</head><body>
${cells}
<script>${zoomScript}</script>
</body></html>
`;
}

function cellHtml(cell: Cell, figureOf: (figure: unknown) => string): string {
  if (cell.cell_type === "markdown") return marked.parse(cell.source, { async: false });
  if (cell.cell_type !== "code") return `<pre>${escapeHtml(cell.source)}</pre>`;
  const outputs = cell.outputs.map((output) => outputHtml(output, figureOf)).join("\n");
  const note = cellTags(cell).includes("injected-parameters")
    ? "<p>Parameters of this run:</p>"
    : "";
  return `${note}<pre><code>${escapeHtml(cell.source)}</code></pre>\n${outputs}`;
}

function outputHtml(output: Output, figureOf: (figure: unknown) => string): string {
  if (output.output_type === "stream") {
    return `<pre class="output ${escapeHtml(output.name)}">${escapeHtml(output.text)}</pre>`;
  }
  if (output.output_type === "error") {
    const trace = `${output.ename}: ${output.evalue}\n${output.traceback.join("\n")}`;
    return `<pre class="output error">${escapeHtml(trace)}</pre>`;
  }
  const { data } = output;
  const text = (type: string) => (typeof data[type] === "string" ? data[type] : undefined);
  if (isJsonObject(data[PLOTLY]) && drawnByPlotly(data[PLOTLY])) return figureOf(data[PLOTLY]);
  const html = text("text/html");
  if (html !== undefined) return `<div class="scroll">${html}</div>`;
  const svg = text("image/svg+xml");
  if (svg !== undefined) return `<div>${svg}</div>`;
  for (const type of ["image/png", "image/jpeg", "image/gif"]) {
    const picture = text(type);
    if (picture === undefined) continue;
    const alt = escapeHtml(text("text/plain") ?? "picture");
    const source = `data:${type};base64,${picture.replaceAll("\n", "")}`;
    return `<div class="zoom"><img alt="${alt}" src="${source}"></div>`;
  }
  const markdown = text("text/markdown");
  if (markdown !== undefined) return marked.parse(markdown, { async: false });
  return `<pre class="output">${escapeHtml(text("text/plain") ?? "")}</pre>`;
}
