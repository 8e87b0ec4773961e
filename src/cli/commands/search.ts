import { readFile } from "node:fs/promises";
import { catalogueService } from "../../catalogue/services.js";
import { UsageError } from "../../errors.js";
import { quicklookSheet } from "../../figures/quicklookSheet.js";
import { writeFileAtomic } from "../../files/atomic.js";
import { createHttpClient } from "../../http/client.js";
import type { OnProgress } from "../../progress.js";
import { createRandom } from "../../random.js";
import { inScratchFolder } from "../../run/preflight.js";
import { checkFiles } from "../../scenes/checksums.js";
import { footprintCollection } from "../../scenes/footprints.js";
import { degreeBounds } from "../../scenes/remoteScenes.js";
import { type RetrieveOptions, retrieveScenes } from "../../scenes/retrieveScenes.js";
import type { SceneDecision } from "../../scenes/scene.js";
import { readThumbnails } from "../../scenes/thumbnails.js";
import { openStudy } from "../../study/openStudy.js";
import type { Study } from "../../study/study.js";
import { parseCsv } from "../../table/csv.js";
import type { Command, CommandContext } from "../command.js";
import { parseOptions, readOverrides, wholeNumbers } from "../options.js";

export const searchCommand: Command = {
  help: `Usage: phenocover search MANIFEST [options]

Prints the scene table of a region (the scenes.csv of a run) as CSV: every scene with offset rule,
cloud and valid share inside the area, and the decision about it. Nothing is built or kept. Of a
catalogue on the network only the records are read: shares stay empty, pixel tests are not made. A
simulated region has no catalogue: its acquisitions are made first, and kept in the cache.

  --years 2018,2019  mapping years, a part of the manifest's
  --set name=value   manifest value by dotted path, repeatable
  --count            numbers of scenes by year and decision instead of the table
  --quicklooks FILE  also write a page with the small picture of every scene of the years and its
                     footprint, as HTML
  --checksums        also read local files whose catalogue or product states a checksum; exit code 1
                     and the list when one differs
  --footprints FILE  also write footprints with the decisions as GeoJSON, - for stdout alone
  --json             the rows as JSON
`,
  async run(args, { stdout, stderr, signal }) {
    const { values, positionals } = parseOptions(
      args,
      {
        years: { type: "string" },
        set: { type: "string", multiple: true },
        json: { type: "boolean" },
        count: { type: "boolean" },
        footprints: { type: "string" },
        quicklooks: { type: "string" },
        checksums: { type: "boolean" },
      },
      [1, 1],
    );
    if (values.count && values.footprints === "-") {
      throw new UsageError("--count", "goes to stdout like --footprints -, expected one of them");
    }
    const study = await openStudy({
      manifest: positionals[0]!,
      overrides: readOverrides("--set", values.set),
      ...(values.years ? { years: wholeNumbers("--years", values.years) } : {}),
    });
    const { images, region } = study.manifest;
    if (images.kind === "simulated") {
      stderr.write(
        `${region} is simulated: its acquisitions are invented, made first if need be\n`,
      );
    }
    const options: RetrieveOptions = {
      signal,
      pixels: !(images.kind === "stac" && catalogueService(images.catalog) !== null),
      onNote: (note) => stderr.write(`${note}\n`),
      onProgress: redrawn(stderr),
    };
    const toStdout = !values.json && !values.count && values.footprints !== "-";
    const { decisions, text } = await inScratchFolder(study, async (scratch) => {
      try {
        const found = await retrieveScenes(scratch, options);
        return { decisions: found, text: await readFile(scratch.folder.scenes, "utf8") };
      } catch (error) {
        // The table says why a year is empty better than the error does.
        const table = await readFile(scratch.folder.scenes, "utf8").catch(() => null);
        if (table !== null && toStdout) stdout.write(table);
        throw error;
      }
    });
    if (values.footprints) {
      const collection = `${JSON.stringify(footprintCollection(decisions), null, 1)}\n`;
      if (values.footprints === "-") stdout.write(collection);
      else await writeFileAtomic(values.footprints, collection);
    }
    if (values.quicklooks) await writeQuicklooks(values.quicklooks, study, decisions, options);
    if (values.count) stdout.write(countText(decisions, values.json ?? false));
    else if (values.json) stdout.write(`${JSON.stringify(parseCsv(text), null, 2)}\n`);
    else if (toStdout) stdout.write(text);
    return values.checksums ? await reportChecksums(decisions, { stderr, signal }) : 0;
  },
};

/** Shows on a terminal how far the work is, in one line that goes when it is done. */
function redrawn(target: CommandContext["stderr"]): OnProgress {
  let shown = "";
  return (done, total, note = "") => {
    const line = done < total ? `${Math.floor((100 * done) / total)} % ${note}` : "";
    if (!target.isTTY || line === shown) return;
    shown = line;
    target.write(`\r\x1b[K${line}`);
  };
}

/** Says which local files differ from what is stated about them. @returns the exit code */
async function reportChecksums(
  decisions: readonly SceneDecision[],
  { stderr, signal }: Pick<CommandContext, "stderr" | "signal">,
): Promise<number> {
  const progress = redrawn(stderr);
  const checks = await checkFiles(
    decisions.map(({ scene }) => scene),
    { signal, onProgress: (done, total) => progress(done, total, "files read") },
  );
  const differing = checks.filter(({ outcome }) => outcome === "differs");
  for (const { path, problem } of differing) stderr.write(`${path} ${problem}\n`);
  const sound = checks.filter(({ outcome }) => outcome === "sound").length;
  const open = checks.length - sound - differing.length;
  stderr.write(
    `checksums: ${sound} files as stated, ${differing.length} differ, ${open} without a checksum\n`,
  );
  return differing.length > 0 ? 1 : 0;
}

/** Writes the page of pictures: what lies outside the years was never a candidate. */
async function writeQuicklooks(
  file: string,
  { manifest, grid, seed }: Study,
  decisions: readonly SceneDecision[],
  { signal, onProgress }: RetrieveOptions,
): Promise<void> {
  const inside = decisions.filter(({ reason }) => !reason.startsWith("outside"));
  const { data } = createHttpClient({ random: createRandom(seed).split("quicklooks") });
  const thumbnails = await readThumbnails(
    inside.map(({ scene }) => scene),
    data,
    {
      ...(signal ? { signal } : {}),
      onProgress: (done, total) => onProgress?.(done, total, "quicklooks"),
    },
  );
  const area = degreeBounds(grid);
  await writeFileAtomic(file, quicklookSheet(manifest.title, inside, thumbnails, area));
}

/** Numbers of scenes by calendar year and decision, and altogether. */
function countText(decisions: readonly SceneDecision[], json: boolean): string {
  const rows = new Map<string, { year: string; use: number; drop: number; hold: number }>();
  for (const { scene, decision } of decisions) {
    for (const year of [scene.time.slice(0, 4), "all"]) {
      const row = rows.get(year) ?? { year, use: 0, drop: 0, hold: 0 };
      row[decision]++;
      rows.set(year, row);
    }
  }
  const sorted = [...rows.values()].sort((a, b) => (a.year < b.year ? -1 : 1));
  if (json) return `${JSON.stringify(sorted, null, 2)}\n`;
  const lines = sorted.map(({ year, use, drop, hold }) => [year, use, drop, hold].join(","));
  return `${["year,use,drop,hold", ...lines].join("\n")}\n`;
}
