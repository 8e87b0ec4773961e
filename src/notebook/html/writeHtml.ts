import { basename } from "node:path";
import { writeFileAtomic } from "../../files/atomic.js";
import { readNotebook } from "../document/readNotebook.js";
import { notebookHtml } from "./notebookHtml.js";

/**
 * Exports a notebook as a self-contained HTML page.
 *
 * @throws FileError when the notebook cannot be read
 */
export async function writeHtml(notebook: string, page: string): Promise<void> {
  const document = await readNotebook(notebook);
  await writeFileAtomic(page, notebookHtml(document, basename(notebook, ".ipynb")));
}
