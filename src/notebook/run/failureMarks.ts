import { cellTags, markdownCell } from "../document/cells.js";
import type { Cell, Notebook } from "../document/notebook.js";

/** Tag of the cells that point at a failure. */
const TAG = "papermill-error-cell-tag";

const STYLE =
  'style="color:red; font-family:Helvetica Neue, Helvetica, Arial, sans-serif; font-size:2em;"';

/** Takes away the marks of an earlier run. */
export function removeFailureMarks(notebook: Notebook): void {
  notebook.cells = notebook.cells.filter((cell) => !cellTags(cell).includes(TAG));
}

/**
 * Marks a failed cell as papermill does: a red line at the top that links to it and one right
 * before it.
 *
 * @param count the cell's execution count, null when it has none
 */
export function addFailureMarks(notebook: Notebook, cell: Cell, count: number | null): void {
  const anchor = `<span id="papermill-error-cell" ${STYLE}>Execution using papermill encountered an exception here and stopped:</span>`;
  const banner = `<span ${STYLE}>An Exception was encountered at '<a href="#papermill-error-cell">In [${count ?? "None"}]</a>'.</span>`;
  notebook.cells.splice(notebook.cells.indexOf(cell), 0, markdownCell(anchor, [TAG]));
  notebook.cells.unshift(markdownCell(banner, [TAG]));
}
