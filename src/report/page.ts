import { escapeHtml } from "../figures/escape.js";
import type { Figure } from "../figures/figure.js";
import type { Picture } from "../figures/picture.js";
import { plotlyScript, scriptJson } from "../figures/plotly.js";

/** A section of the report: a heading and finished HTML. */
export interface Section {
  readonly title: string;
  readonly html: string;
}

const STYLE = `
:root { color-scheme: light; }
body { font: 16px/1.55 "Helvetica Neue", Helvetica, Arial, sans-serif; color: #202428;
  background: #f6f7f8; margin: 0; }
main { max-width: 1240px; margin: 0 auto; padding: 32px 28px 64px; background: #fff; }
h1 { font-size: 28px; margin: 0 0 4px; }
h2 { font-size: 20px; margin: 44px 0 12px; padding-top: 14px; border-top: 1px solid #d9dde1; }
h3 { font-size: 16px; margin: 26px 0 8px; }
p, li { max-width: 860px; }
.subtitle { color: #5b636b; margin: 0 0 18px; }
.notice { background: #fff6e0; border-left: 4px solid #f4a300; padding: 10px 16px; max-width: 860px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: #5b636b; padding: 0 0 6px; }
th, td { padding: 4px 10px; border-bottom: 1px solid #e4e7ea; vertical-align: top; }
th { background: #f0f2f4; font-weight: 600; }
tbody tr:hover { background: #f7f9fa; }
img { max-width: 100%; height: auto; display: block; margin: 10px 0; }
.figure { margin: 12px 0; }
details { margin: 8px 0; }
summary { cursor: pointer; color: #0b6e99; }
a { color: #0b6e99; }
.files { columns: 3 260px; font-size: 13px; padding-left: 18px; }
.files li { overflow-wrap: anywhere; }
`;

/** Paragraphs of text. */
export function paragraphs(sentences: readonly string[]): string {
  return sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join("\n");
}

/** A list of sentences. */
export function bullets(sentences: readonly string[]): string {
  return `<ul>${sentences.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join("\n")}</ul>`;
}

/** A table that scrolls sideways where the window is narrow. */
export function scrolling(html: string): string {
  return `<div class="scroll">${html}</div>`;
}

/** A picture inside the page. */
export function embedded(picture: Picture): string {
  const data = Buffer.from(picture.png).toString("base64");
  return `<img alt="${escapeHtml(picture.description)}" width="${picture.width}" src="data:image/png;base64,${data}">`;
}

/** A place that {@link reportPage} fills with the chart of this name. */
export function chartPlace(name: string): string {
  return `<div class="figure" id="chart-${name}"></div>`;
}

/** The whole page; charts are drawn by plotly.js inside it, nothing is loaded from elsewhere. */
export function reportPage(
  title: string,
  subtitle: string,
  sections: readonly Section[],
  charts: Readonly<Record<string, Figure>>,
): string {
  const body = sections
    .map(
      (section) => `<section>\n<h2>${escapeHtml(section.title)}</h2>\n${section.html}\n</section>`,
    )
    .join("\n");
  const script =
    Object.keys(charts).length === 0
      ? ""
      : `<script>${plotlyScript()}</script>
<script>
const charts = ${scriptJson(charts)};
for (const [name, { data, layout }] of Object.entries(charts)) {
  Plotly.newPlot("chart-" + name, data, { ...layout, width: undefined, autosize: true },
    { responsive: true, displaylogo: false });
}
</script>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="subtitle">${escapeHtml(subtitle)}</p>
${body}
</main>
${script}
</body>
</html>
`;
}
