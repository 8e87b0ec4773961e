import { type Cell, isJsonObject, type Notebook } from "./notebook.js";

/** Metadata that running or looking at a notebook leaves behind. */
const RUN_METADATA = [
  "papermill",
  "phenocover",
  "execution",
  "widgets",
  "ExecuteTime",
  "collapsed",
  "scrolled",
] as const;

/**
 * Takes out of a notebook what executing it put in: outputs, counts, timings, injected parameters
 * and failure marks. Cell ids stay, so that differences stay those of the cells.
 */
export function stripNotebook(notebook: Notebook): Notebook {
  const metadata = { ...notebook.metadata };
  for (const key of RUN_METADATA) delete metadata[key];
  const isRunCell = ({ metadata: { tags } }: Cell) =>
    Array.isArray(tags) &&
    tags.some((tag) => tag === "injected-parameters" || tag === "papermill-error-cell-tag");
  const cells = notebook.cells
    .filter((cell) => !isRunCell(cell))
    .map((cell): Cell => {
      const own = { ...cell.metadata };
      for (const key of RUN_METADATA) delete own[key];
      if (Array.isArray(own.tags) && own.tags.length === 0) delete own.tags;
      if (isJsonObject(own.jupyter) && own.jupyter.source_hidden === true) {
        const { source_hidden: _, ...rest } = own.jupyter;
        if (Object.keys(rest).length > 0) own.jupyter = rest;
        else delete own.jupyter;
      }
      if (cell.cell_type !== "code") return { ...cell, metadata: own };
      return { ...cell, metadata: own, outputs: [], execution_count: null };
    });
  return { ...notebook, metadata, cells };
}
