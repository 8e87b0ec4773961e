import { createHash, randomUUID } from "node:crypto";
import type { Cell, CodeCell, Json, Notebook, TextCell } from "./notebook.js";

/** A new cell id: 8 hexadecimal digits, as nbformat makes them. */
export function newCellId(): string {
  return randomUUID().slice(0, 8);
}

/**
 * Gives cells that have no id of their own one that follows from their content, so that the same
 * notebook always gets the same ids.
 */
export function deriveCellIds(cells: readonly { id?: Json; source?: Json }[]): void {
  const used = new Set<Json | undefined>();
  for (const cell of cells) {
    for (let copy = 0; !cell.id || used.has(cell.id); copy++) {
      const content = JSON.stringify([cell.source ?? "", copy]);
      cell.id = createHash("sha256").update(content).digest("hex").slice(0, 8);
    }
    used.add(cell.id);
  }
}

/** A new code cell without outputs. */
export function codeCell(source: string, tags: readonly string[]): CodeCell {
  return {
    id: newCellId(),
    cell_type: "code",
    metadata: { tags: [...tags] },
    source,
    outputs: [],
    execution_count: null,
  };
}

/** A new Markdown cell. */
export function markdownCell(source: string, tags: readonly string[]): TextCell {
  return { id: newCellId(), cell_type: "markdown", metadata: { tags: [...tags] }, source };
}

/** Tags of a cell; none when it has no list of them. */
export function cellTags(cell: Cell): readonly string[] {
  const { tags } = cell.metadata;
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

/** Index of the first cell with a tag, -1 when there is none. */
export function findTagged(notebook: Notebook, tag: string): number {
  return notebook.cells.findIndex((cell) => cellTags(cell).includes(tag));
}
