import { UsageError } from "../../errors.js";
import { cellTags } from "../document/cells.js";
import type { Cell, Notebook } from "../document/notebook.js";

/** Which cells of a notebook are to be executed. */
export interface CellSelection {
  /** cells with one of these tags are left out */
  readonly skipTags?: readonly string[];
  /** only cells with one of these tags are executed */
  readonly onlyTags?: readonly string[];
  /** cells before this one are left out: a cell id, or a position counted from 1 */
  readonly fromCell?: string;
}

/** Cells that later ones rely on; `onlyTags` and `fromCell` keep them. */
const ALWAYS = ["parameters", "injected-parameters", "setup"];

/**
 * Cells that a selection leaves out, with their reason.
 *
 * @throws UsageError when `fromCell` is not in the notebook
 */
export function skippedCells(notebook: Notebook, selection: CellSelection): ReadonlySet<Cell> {
  const { skipTags = [], onlyTags = [], fromCell } = selection;
  const first = fromCell === undefined ? 0 : cellIndex(notebook, fromCell);
  const skipped = new Set<Cell>();
  notebook.cells.forEach((cell, index) => {
    const tags = cellTags(cell);
    const has = (wanted: readonly string[]) => tags.some((tag) => wanted.includes(tag));
    if (cell.cell_type !== "code") return;
    if (has(skipTags)) skipped.add(cell);
    else if (has(ALWAYS)) return;
    else if (index < first || (onlyTags.length > 0 && !has(onlyTags))) skipped.add(cell);
  });
  return skipped;
}

function cellIndex(notebook: Notebook, name: string): number {
  const byId = notebook.cells.findIndex((cell) => cell.id === name);
  if (byId >= 0) return byId;
  const position = /^\d+$/.test(name) ? Number(name) : 0;
  if (position >= 1 && position <= notebook.cells.length) return position - 1;
  throw new UsageError(
    "--from-cell",
    `found ${name}, expected the id of a cell or a position in 1..${notebook.cells.length}`,
  );
}
