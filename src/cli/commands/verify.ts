import { resolve } from "node:path";
import { verifyRun } from "../../run/verifyRun.js";
import type { Command } from "../command.js";
import { parseOptions } from "../options.js";

export const verifyCommand: Command = {
  help: `Usage: phenocover verify RUN [--json]

Checks every file of a run folder against the checksums in its run.json. Exit code 1 and the list
when something is missing or differs, or when a step had not finished.
`,
  async run(args, { stdout }) {
    const { values, positionals } = parseOptions(args, { json: { type: "boolean" } }, [1, 1]);
    const [run = ""] = positionals;
    const { files, differences, unfinished } = await verifyRun(resolve(run));
    const sound = differences.length === 0 && unfinished.length === 0;
    if (values.json) {
      stdout.write(`${JSON.stringify({ files, differences, unfinished }, null, 2)}\n`);
      return sound ? 0 : 1;
    }
    for (const { path, problem } of differences) stdout.write(`${path} ${problem}\n`);
    for (const name of unfinished) stdout.write(`${name} was stopped before it had finished\n`);
    const wrong = differences.length;
    stdout.write(
      wrong === 0
        ? `${files} files are as recorded\n`
        : `${wrong} of ${files} files are not as recorded\n`,
    );
    return sound ? 0 : 1;
  },
};
