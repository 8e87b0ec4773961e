import { readFile } from "node:fs/promises";
import { inScratchFolder } from "../../run/preflight.js";
import { retrieveScenes } from "../../scenes/retrieveScenes.js";
import { openStudy } from "../../study/openStudy.js";
import { parseCsv } from "../../table/csv.js";
import type { Command } from "../command.js";
import { parseOptions, readOverrides, wholeNumbers } from "../options.js";

export const searchCommand: Command = {
  help: `Usage: phenocover search MANIFEST [options]

Prints the scene table of a region (the scenes.csv of a run) as CSV: every scene with offset rule,
cloud and valid share inside the area, and the decision about it. Nothing is built or kept.

  --years 2018,2019  mapping years, a part of the manifest's
  --set name=value   manifest value by dotted path, repeatable
  --json             the rows as JSON
`,
  async run(args, { stdout }) {
    const { values, positionals } = parseOptions(
      args,
      {
        years: { type: "string" },
        set: { type: "string", multiple: true },
        json: { type: "boolean" },
      },
      [1, 1],
    );
    const study = await openStudy({
      manifest: positionals[0]!,
      overrides: readOverrides("--set", values.set),
      ...(values.years ? { years: wholeNumbers("--years", values.years) } : {}),
    });
    const text = await inScratchFolder(study, async (scratch) => {
      try {
        await retrieveScenes(scratch);
      } catch (error) {
        // The table says why a year is empty better than the error does.
        const table = await readFile(scratch.folder.scenes, "utf8").catch(() => null);
        if (table !== null && !values.json) stdout.write(table);
        throw error;
      }
      return readFile(scratch.folder.scenes, "utf8");
    });
    stdout.write(values.json ? `${JSON.stringify(parseCsv(text), null, 2)}\n` : text);
    return 0;
  },
};
