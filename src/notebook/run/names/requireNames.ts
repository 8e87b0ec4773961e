import { NotebookError } from "../../../errors.js";
import type { Cell, Notebook } from "../../document/notebook.js";

/** Top-level names that a cell declares, and names that it reads without declaring them itself. */
export interface CellNames {
  readonly declares: readonly string[];
  readonly reads: readonly string[];
}

/**
 * Checks that no cell reads a name that only skipped cells before it declare.
 *
 * @param name what errors call the notebook
 * @param names of every code cell, in the order of the notebook
 * @throws NotebookError naming the reading cell, the name and the skipped cell
 */
export function requireNames(
  name: string,
  notebook: Notebook,
  skipped: ReadonlySet<Cell>,
  names: readonly CellNames[],
): void {
  const known = new Set<string>();
  const missing = new Map<string, number>();
  let next = 0;
  notebook.cells.forEach((cell, index) => {
    if (cell.cell_type !== "code") return;
    const { declares, reads } = names[next++]!;
    const absent = skipped.has(cell) ? undefined : reads.find((read) => missing.has(read));
    if (absent !== undefined) {
      throw new NotebookError(
        `${name}, cell ${index + 1}`,
        `reads ${absent}, which only the skipped cell ${missing.get(absent)} declares; ` +
          "tag that cell setup, or pass the value on through a file",
      );
    }
    for (const declared of declares) {
      if (!skipped.has(cell)) {
        known.add(declared);
        missing.delete(declared);
      } else if (!known.has(declared)) missing.set(declared, index + 1);
    }
  });
}
