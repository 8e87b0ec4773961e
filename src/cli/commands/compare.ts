import { resolve } from "node:path";
import { compareSettings, compareTables } from "../../run/compareRuns.js";
import { alignColumns } from "../../run/summary.js";
import type { Command } from "../command.js";
import { parseOptions } from "../options.js";

export const compareCommand: Command = {
  help: `Usage: phenocover compare RUN RUN... [--all] [--json]

Shows agreement, accuracy and change scores of several run folders side by side, after the settings
in which they differ. With two runs a last column gives the second minus the first.

  --all   also rows of single classes and strata
  --json  the rows as JSON
`,
  async run(args, { stdout }) {
    const options = { all: { type: "boolean" }, json: { type: "boolean" } } as const;
    const { values, positionals } = parseOptions(args, options, [2, 100]);
    const roots = positionals.map((run) => resolve(run));
    const settings = await compareSettings(roots);
    const rows = await compareTables(roots, values.all ?? false);
    if (values.json) {
      stdout.write(`${JSON.stringify({ runs: positionals, settings, rows }, null, 2)}\n`);
      return 0;
    }
    const two = positionals.length === 2;
    const header = ["", ...positionals, ...(two ? ["difference"] : [])];
    if (settings.length > 0) {
      const lines = settings.map((one) => [one.name, ...one.values, ...(two ? [""] : [])]);
      stdout.write(`${alignColumns([header, ...lines])}\n\n`);
    }
    const lines = rows.map(({ table, key, values: [...numbers] }) => {
      const [first, second] = numbers;
      const difference =
        typeof first === "number" && typeof second === "number" ? (second - first).toFixed(4) : "-";
      return [
        `${table} ${Object.values(key).join(" ")}`,
        ...numbers.map((value) => value?.toFixed(4) ?? "-"),
        ...(two ? [difference] : []),
      ];
    });
    stdout.write(`${alignColumns([header, ...lines])}\n`);
    return 0;
  },
};
