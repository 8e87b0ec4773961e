import { NotebookError } from "../../errors.js";
import { inspectNotebook } from "../../notebook/inspectNotebook.js";
import { alignLeft } from "../alignLeft.js";
import type { Command, CommandContext } from "../command.js";
import { parseOptions } from "../options.js";

export const inspectCommand: Command = {
  help: `Usage: phenocover inspect NOTEBOOK [--json]

Shows the parameters of a notebook with type, default and help, as its cell tagged "parameters"
declares them.
`,
  async run(args, { stdout }) {
    const { values, positionals } = parseOptions(args, { json: { type: "boolean" } }, [1, 1]);
    const [path = ""] = positionals;
    const declared = await inspectNotebook(path);
    if (!declared) throw new NotebookError(path, 'has no cell tagged "parameters"');
    if (declared === "unknown") {
      throw new NotebookError(
        path,
        "its language is not understood, expected TypeScript or Python",
      );
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

/** Column at which papermill puts the help of a parameter. */
const HELP_COLUMN = 34;

/**
 * Prints the parameters of a notebook as papermill's `--help-notebook` does.
 *
 * @returns the exit code: 1 when the notebook has no parameters cell
 */
export async function notebookHelp(
  path: string,
  { stdout, stderr }: CommandContext,
): Promise<number> {
  const declared = await inspectNotebook(path);
  const print = (line: string) => stdout.write(`${line}\n`);
  print("Usage: phenocover run IN [OUT] [options]");
  print(`\nParameters inferred for notebook '${path}':`);
  if (declared === undefined) {
    print("\n  No cell tagged 'parameters'");
    return 1;
  }
  if (declared === "unknown") {
    stderr.write("The notebook's language does not support parameter introspection.\n");
  }
  if (declared === "unknown" || declared.length === 0) {
    print(
      "\n  Can't infer anything about this notebook's parameters. It may not have any parameter defined.",
    );
    return 0;
  }
  for (const { name, type, default: value, help } of declared) {
    const definition = `  ${name}: ${type === "None" ? "Unknown type" : type} (default ${value})`;
    if (definition.length <= 30) print(definition.padEnd(HELP_COLUMN) + help);
    else print(help === "" ? definition : `${definition}\n${" ".repeat(HELP_COLUMN)}${help}`);
  }
  return 0;
}
