import { UsageError } from "../../errors.js";
import { readNotebook } from "../../notebook/document/readNotebook.js";
import { declaredParameters, languageOf } from "../../notebook/parameters/inject.js";
import { alignLeft } from "../alignLeft.js";
import type { Command } from "../command.js";
import { parseOptions } from "../options.js";

export const inspectCommand: Command = {
  help: `Usage: phenocover inspect NOTEBOOK [--json]

Shows the parameters of a notebook with type, default and help, as its cell tagged "parameters"
declares them.
`,
  async run(args, { stdout }) {
    const { values, positionals } = parseOptions(args, { json: { type: "boolean" } }, [1, 1]);
    const [path = ""] = positionals;
    const notebook = await readNotebook(path);
    const declared = declaredParameters(notebook, { ...languageOf(notebook, {}), name: path });
    if (!declared) throw new UsageError(path, 'has no cell tagged "parameters"');
    if (declared === "unknown") {
      throw new UsageError(path, "its language is not understood, expected TypeScript or Python");
    }
    if (values.json) {
      const byName = declared.map(({ name, type, default: value, help }) => [
        name,
        { name, inferred_type_name: type, default: value, help },
      ]);
      stdout.write(`${JSON.stringify(Object.fromEntries(byName), null, 2)}\n`);
      return 0;
    }
    const lines = declared.map(({ name, type, default: value, help }) => [name, type, value, help]);
    stdout.write(`${alignLeft([["name", "type", "default", "help"], ...lines])}\n`);
    return 0;
  },
};
