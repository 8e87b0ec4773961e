import { type JsonObject, type Notebook, objectAt } from "../document/notebook.js";

/** Seconds spent under each heading of a notebook, in its order. */
export function sectionTimes(notebook: Notebook): JsonObject[] {
  const sections: { title: string; duration: number }[] = [];
  for (const cell of notebook.cells) {
    const heading =
      cell.cell_type === "markdown" ? /^#{1,3}\s+(.+)$/m.exec(cell.source) : undefined;
    if (heading) sections.push({ title: heading[1]!.trim(), duration: 0 });
    const { duration } = objectAt(cell.metadata, "papermill");
    const current = sections.at(-1);
    if (current !== undefined && typeof duration === "number") current.duration += duration;
  }
  return sections.map(({ title, duration }) => ({
    title,
    duration: Math.round(duration * 1000) / 1000,
  }));
}
