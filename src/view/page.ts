import { escapeHtml } from "../figures/escape.js";
import { scriptJson } from "../figures/plotly.js";
import { thinning } from "./mapImage.js";
import type { OpenRun } from "./openRun.js";
import { viewScript } from "./script.js";

const style = `
:root { color-scheme: light; }
body { font: 14px/1.45 "Helvetica Neue", Helvetica, Arial, sans-serif; color: #202428; margin: 0;
  background: #f6f7f8; }
header { display: flex; gap: 20px; align-items: baseline; flex-wrap: wrap; padding: 12px 20px 0; }
h1 { font-size: 19px; margin: 0; }
h2 { font-size: 15px; margin: 18px 0 6px; }
.hint { color: #5b636b; }
.maps { display: grid; grid-template-columns: 1fr 1fr; gap: 14px; padding: 12px 20px 6px; }
.panel { margin: 0; min-width: 0; }
.panel .bar { display: flex; gap: 8px; margin-bottom: 4px; }
.panel select { font: inherit; max-width: 60%; }
.panel .meaning { color: #5b636b; height: 1.45em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
canvas { width: 100%; height: 58vh; background: #fff; border: 1px solid #c9ced3; cursor: crosshair;
  display: block; touch-action: none; box-sizing: border-box; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 0 20px; }
.swatch { display: inline-block; width: 13px; height: 13px; margin-right: 6px; vertical-align: -2px;
  border: 1px solid #9aa1a8; box-sizing: border-box; }
#pixel { padding: 4px 20px 40px; }
.columns { display: flex; flex-wrap: wrap; gap: 10px 40px; }
table { border-collapse: collapse; font-size: 13px; }
th, td { padding: 2px 10px 2px 0; text-align: left; font-weight: normal; white-space: nowrap; }
thead th { color: #5b636b; border-bottom: 1px solid #d9dde1; }
td.changed { font-weight: 600; }
`;

/** The page that shows the maps of a run side by side and what it says about a pixel. */
export function viewPage(run: OpenRun): string {
  const { title, legend, grid, series } = run;
  const shown = { legend, series, width: grid.width, height: grid.height, thinning: thinning(run) };
  const panel = `<figure class="panel">
<div class="bar"><select aria-label="series"></select><select aria-label="year or layer"></select></div>
<div class="meaning"></div>
<canvas tabindex="0"></canvas>
</figure>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><link rel="icon" href="data:,"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body>
<header><h1>${escapeHtml(title)}</h1>
<span class="hint">wheel: zoom; drag: move; click: what the maps say of a pixel; left and right arrow: other year</span></header>
<div class="maps">${panel}${panel}</div>
<div class="legend"></div>
<section id="pixel"></section>
<script>
const run = ${scriptJson(shown)};
${viewScript}
</script>
</body>
</html>
`;
}
