import type { CellChecker } from "../../kernel/checkCells.js";
import { findTagged } from "../document/cells.js";
import type { CodeCell, Notebook } from "../document/notebook.js";
import { parseTypeScriptCell } from "../parameters/typescriptCell.js";

/** A mistake in a cell, found without running it. */
export interface NotebookProblem {
  /** position of the cell in the notebook, counted from 1 */
  readonly cell: number;
  readonly id: string;
  readonly line: number;
  readonly column: number;
  readonly problem: string;
}

/**
 * Type errors of a TypeScript notebook's cells, as the kernel would report them, and defaults of
 * the parameters cell that no injected value could replace.
 */
export function checkNotebook(notebook: Notebook, check: CellChecker): NotebookProblem[] {
  const cells = notebook.cells.filter((cell): cell is CodeCell => cell.cell_type === "code");
  const found = check(cells.map(({ source }) => source));
  const problems = cells.flatMap((cell, i) =>
    found[i]!.map(({ line, column, code, message, file }) => ({
      cell: notebook.cells.indexOf(cell) + 1,
      id: cell.id,
      line,
      column,
      problem: `TS${code} ${message}${file === undefined ? "" : ` (in ${file})`}`,
    })),
  );
  return [...problems, ...parameterProblems(notebook)];
}

function parameterProblems(notebook: Notebook): NotebookProblem[] {
  const index = findTagged(notebook, "parameters");
  const cell = notebook.cells[index];
  if (cell === undefined) return [];
  return parseTypeScriptCell(cell.source).faults.map(({ line, problem }) => ({
    cell: index + 1,
    id: cell.id,
    line,
    column: 1,
    problem,
  }));
}
