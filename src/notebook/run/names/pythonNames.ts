import { ProcessError } from "../../../errors.js";
import type { KernelClient } from "../../client/kernelClient.js";
import type { CellNames } from "./requireNames.js";

/** Reads the symbol tables of cells in the kernel, whose names stay as they are. */
const PROGRAM = `
def _phenocover_names(sources):
    import builtins, json, symtable
    transform = get_ipython().input_transformer_manager.transform_cell
    def free(table):
        found = {s.get_name() for s in table.get_symbols() if s.is_referenced() and s.is_global()}
        return found.union(*[free(child) for child in table.get_children()])
    result = []
    for source in sources:
        try:
            table = symtable.symtable(transform(source), "cell", "exec")
        except SyntaxError:
            result.append({"declares": [], "reads": []})
            continue
        own = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
        top = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
        reads = top.union(*[free(child) for child in table.get_children()]) - own
        reads = {name for name in reads if not hasattr(builtins, name)}
        result.append({"declares": sorted(own), "reads": sorted(reads)})
    print(json.dumps(result))
`;

/**
 * Names of Python cells, read in an IPython kernel.
 *
 * @throws ProcessError when the kernel cannot tell
 */
export async function pythonNames(
  client: KernelClient,
  sources: readonly string[],
): Promise<CellNames[]> {
  let text = "";
  const literal = JSON.stringify(JSON.stringify(sources));
  const code = `${PROGRAM}\n_phenocover_names(__import__("json").loads(${literal}))\ndel _phenocover_names`;
  await client.execute(code, {
    silent: true,
    stopOnError: false,
    onOutput: ({ type, content }) => {
      if (type === "stream" && content.name === "stdout") text += String(content.text);
    },
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProcessError("kernel", "could not tell the names of Python cells", { cause });
  }
}
