import { join } from "node:path";
import { mainModels } from "../assess/models.js";
import { PAPER } from "../assess/paperTable.js";
import { consistencyMethods, DEFAULT_METHOD } from "../consistency/methods.js";
import { escapeHtml } from "../figures/escape.js";
import { htmlTable } from "../figures/htmlTable.js";
import { savePicture } from "../figures/picture.js";
import { saveFigures } from "../figures/saveFigures.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { Study } from "../study/study.js";
import type { Row } from "../table/csv.js";
import { agreementTable } from "./agreementTable.js";
import { changeAreasTable, sampledAreaTable } from "./changeAreas.js";
import { claimsInWords } from "./claims.js";
import { curveTable } from "./curveFigures.js";
import { outcomeInWords } from "./inWords.js";
import { limits } from "./limits.js";
import { modelKey } from "./modelKey.js";
import {
  bullets,
  chartPlace,
  embedded,
  paragraphs,
  reportPage,
  type Section,
  scrolling,
} from "./page.js";
import { readTable } from "./readTable.js";
import { recommendation } from "./recommendation.js";
import { runFiles } from "./runFiles.js";
import { studyCharts, studyPictures } from "./studyFigures.js";
import { summaryTable, withInterval } from "./summaryTable.js";

/** Measure names in the headings of the report's detailed tables. */
const TABLES: Readonly<Record<string, string>> = {
  "change.csv":
    "Change scores by stratum (felled: conifers that the storm turned into something else)",
  "calibration.csv": "Stated probabilities and shares correct",
  "other-maps.csv": "Agreement with maps of others at the finest legend that both can express",
  "interpreted-area.csv":
    "Felled area and accuracy of the recommended maps, from interpreted points",
  "interpreters.csv": "How far interpreters agree on the points that both named",
  "conditions.csv":
    "Accuracy by number of valid dates, distance to training samples, elevation and slope, with the most frequent error (truth as map)",
  "change-area.csv":
    "Area, gain, loss, net, gross and swap of every class in the maps, hectares, errors included",
  "patches.csv": "Patches of change of at least 0.5 ha, and what lies below",
  "storm.csv": "Forest lost in the maps by event and class before, errors included",
  "differences.csv": "Differences between models on the same blocks",
  "seeds.csv": "Differences between models over training seeds, one by one and pooled",
  "regions.csv":
    "Differences between models over simulated regions, one by one and pooled over their training seeds",
  "transfer.csv": "A network applied to years other than its own",
  "reference.csv": "Observations of the reference inside the area and what became of them",
  "purity.csv": "Purity of the cleaned samples against the reference",
  "checkerboard.csv": "Accuracy on the other half of a checkerboard of fine labels",
};

/**
 * Writes report.html: the study on one page with every table, map picture and chart inside it, and
 * links to the run's files. Charts and pictures also go to figures/.
 *
 * @returns path of the report
 */
export async function writeReport(study: Study): Promise<string> {
  const { manifest, years, seed } = study;
  const charts = await studyCharts(study);
  const pictures = await studyPictures(study);
  await saveFigures(study.folder.figure(""), charts);
  for (const [name, picture] of Object.entries(pictures)) {
    await savePicture(study.folder.figure(`${name}.png`), picture);
  }
  const sections: Section[] = [];
  const add = (title: string, ...parts: (string | undefined)[]) => {
    const html = parts.filter((part) => part !== undefined && part !== "").join("\n");
    if (html !== "") sections.push({ title, html });
  };
  const chart = (...names: string[]) =>
    names
      .filter((name) => name in charts)
      .map(chartPlace)
      .join("\n");
  const picture = (name: string) =>
    pictures[name] === undefined ? undefined : embedded(pictures[name]);

  add("What was run", whatWasRun(study));
  const scores = await readTable(study, "scores.csv");
  if (scores.length > 0) {
    const models = [...new Set(scores.map((row) => String(row.model)))];
    const main = mainModels(models);
    const summary = await summaryTable(study, { intervals: true, models: main });
    const others = await summaryTable(study, {
      intervals: true,
      models: models.filter((model) => !main.includes(model)),
    });
    add(
      "Agreement, accuracy and change together",
      scrolling(summary.html),
      main.length < models.length
        ? `<details><summary>Other consistency methods</summary>${scrolling(others.html)}</details>`
        : "",
      "<p>Shares of 0-1 over validation and test blocks, in brackets 95 % intervals over blocks; accuracy, change recall and false change are means over years or pairs of years. Agreement of a constant map is 1 by construction.</p>",
      modelKey(models),
      chart("trade-off"),
    );
  }
  const differences = await readTable(study, "differences.csv");
  const transfer = await readTable(study, "transfer.csv");
  const curve = await readTable(study, "curve.csv");
  const advice = recommendation({ scores, differences, curve });
  if (advice.length > 0) {
    const { html } = await curveTable(study);
    const rows = html.includes("<td") ? scrolling(html) : "";
    add(
      "Agreement against change recall: what to use and what it costs",
      paragraphs(advice),
      chart("curve-storm", "curve-change"),
      rows && `<details><summary>All methods and settings</summary>${rows}</details>`,
    );
  }
  const claims = claimsInWords(await readTable(study, "claims.csv"), differences);
  if (claims.length > 0) add("What the data give of the claims", bullets(claims));
  const words = outcomeInWords({ scores, differences, transfer });
  if (words.length > 0) add("In words", paragraphs(words));
  add(
    "Maps",
    picture("maps"),
    "<p>White: no class, because nothing was observed or the old map's code stands for none of the classes.</p>",
  );
  add("Change maps", picture("changes"));
  add("Change in hectares: mapped, estimated and true", await changeAreas(study));
  if ((await readTable(study, "agreement.csv")).length > 0) {
    add(
      "Agreement beside the paper's",
      scrolling((await agreementTable(study)).html),
      `<p>Paper: ${escapeHtml(PAPER)}, another region; its measure per class is not stated.</p>`,
      chart(
        "agreement-overall",
        ...Object.keys(charts).filter((name) => /-\d{4}-\d{4}$/.test(name)),
      ),
    );
  }
  const accuracy = await readTable(study, "accuracy.csv");
  if (accuracy.length > 0) {
    add(
      "Accuracy against the reference",
      chart("accuracy", "reliability", "accuracy-distance"),
      classAccuracyTable(accuracy, years),
    );
  }
  const details: string[] = [];
  for (const [name, caption] of Object.entries(TABLES)) {
    const rows = await readTable(study, name);
    if (rows.length === 0) continue;
    const { html } = htmlTable(rows.map(joinInterval), { caption });
    details.push(`<details><summary>${escapeHtml(caption)}</summary>${scrolling(html)}</details>`);
  }
  add("Detailed tables", ...details);
  add("Training", chart("losses"));
  add("Limits", bullets(limits(study)));
  add("Files of this run", fileList(study.folder.root));
  const page = reportPage(
    manifest.title,
    `${manifest.region}, ${years.join(", ")}, training seed ${seed}`,
    sections,
    charts,
  );
  const path = join(study.folder.root, "report.html");
  await writeFileAtomic(path, page);
  return path;
}

function whatWasRun({ manifest, years, legend, grid, parameters }: Study): string {
  const side = (pixels: number, size: number) => `${((pixels * size) / 1000).toFixed(1)} km`;
  const size = `${side(grid.width, grid.pixelWidth)} x ${side(grid.height, grid.pixelHeight)}`;
  const pixel = `${Number(grid.pixelWidth.toFixed(2))} m`;
  const notice =
    manifest.images.kind === "simulated"
      ? `<p class="notice">This region is <strong>simulated</strong>, from statistics of real Sentinel-2 series. ${escapeHtml(manifest.attribution)}</p>`
      : `<p>${escapeHtml(manifest.attribution)}</p>`;
  const networks =
    years.length > 1
      ? "one LSTM on samples of all years, LSTMs on one year each as baselines, and the maps of each model scored on blocks where nothing was trained"
      : "an LSTM for the year, and the maps of each model scored on blocks where nothing was trained";
  return `${notice}
<p>${size} at ${pixel}, mapping years ${years.join(", ")} (each starts on ${manifest.yearStart}), ${legend.length} classes, ${parameters.datesPerYear} dates a year. Steps: scenes and cube, cleaning of the old map by K-means, a forest per year for pseudo-labels, ${networks}.</p>`;
}

/** Areas of change with what is true of them, and the estimate from reference points. */
async function changeAreas(study: Study): Promise<string> {
  const parts: string[] = [];
  if ((await readTable(study, "sampled-area.csv")).length > 0) {
    parts.push(
      "<p>Mapped pixels are no areas: errors count as change. A stratified sample of reference points, with strata of its own for mapped change, gives the area with an interval.</p>",
      scrolling((await sampledAreaTable(study)).html),
    );
  }
  if ((await readTable(study, "change-accuracy.csv")).length > 0) {
    const all = await changeAreasTable(study, { all: true });
    parts.push(
      "<h3>What the maps show and how much of it is true, over the whole area</h3>",
      scrolling((await changeAreasTable(study)).html),
      `<details><summary>By class and from class to class</summary>${scrolling(all.html)}</details>`,
    );
  }
  return parts.join("\n");
}

/** F1 of every class and overall accuracy of models and default method, for the last year. */
function classAccuracyTable(accuracy: readonly Row[], years: readonly number[]): string {
  const year = years.at(-1)!;
  const own = accuracy.filter((row) => row.year === year);
  const method = new Set(consistencyMethods.map(({ name }) => name));
  const models = [...new Set(own.map((row) => String(row.model)))].filter(
    (model) => model === DEFAULT_METHOD || !method.has(model),
  );
  const wanted = [
    ["all", "overall"],
    ["all-merged", "overall"],
    ...[...new Set(own.map((row) => String(row.class)))]
      .filter((name) => !["all", "all-merged", "mean"].includes(name))
      .map((name) => [name, "f1"]),
  ] as const;
  const rows = wanted.flatMap(([name, measure]): Row[] => {
    const cells = own.filter((row) => row.class === name && row.measure === measure);
    if (cells.length === 0) return [];
    const title =
      name === "all"
        ? "overall accuracy"
        : name === "all-merged"
          ? "overall, Rocks + Sand + Mineral merged"
          : `F1 ${name}`;
    const values = models.map((model) => [
      model,
      withInterval(
        cells.find((row) => row.model === model),
        2,
      ),
    ]);
    return [{ "": title, ...Object.fromEntries(values) }];
  });
  return scrolling(htmlTable(rows, { caption: `Reference ${own[0]?.reference}, ${year}` }).html);
}

/** Value, low and high in one cell. */
function joinInterval(row: Row): Row {
  if (!("low" in row)) return row;
  const { low, high, ...rest } = row;
  return { ...rest, value: withInterval(row) };
}

/** Links to all files, by their first folder. */
function fileList(root: string): string {
  const groups = new Map<string, string[]>();
  for (const path of withExports(runFiles(root))) {
    const folder = path.includes("/") ? path.slice(0, path.indexOf("/")) : "";
    groups.set(folder, [...(groups.get(folder) ?? []), path]);
  }
  return [...groups]
    .map(([folder, paths]) => {
      const items = paths
        .map((path) => `<li><a href="${encodeURI(path)}">${escapeHtml(path)}</a></li>`)
        .join("\n");
      const title = folder === "" ? "run folder" : `${folder}/`;
      return `<details${folder === "cube" ? "" : " open"}><summary>${title} (${paths.length})</summary><ul class="files">${items}</ul></details>`;
    })
    .join("\n");
}

/** The files, and where notebooks are exported as pages the page of the one that is running. */
function withExports(paths: readonly string[]): string[] {
  const isPage = (path: string) => /^notebooks\/.*\.html$/.test(path);
  if (!paths.some(isPage)) return [...paths];
  const pages = paths
    .filter((path) => /^notebooks\/.*\.ipynb$/.test(path))
    .map((path) => path.replace(/ipynb$/, "html"));
  return [...new Set([...paths, ...pages])].sort((a, b) => (a < b ? -1 : 1));
}
