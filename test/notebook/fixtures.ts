import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { codeCell, markdownCell } from "../../src/notebook/document/cells.js";
import type { Cell, Notebook } from "../../src/notebook/document/notebook.js";

/** A scratch folder with the fake kernel installed in it as `fake`. */
export function scratch(): { folder: string; path: (name: string) => string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "runner-test-"));
  const spec = join(folder, "jupyter", "kernels", "fake");
  mkdirSync(spec, { recursive: true });
  const program = fileURLToPath(new URL("./fakeKernel.js", import.meta.url));
  writeFileSync(
    join(spec, "kernel.json"),
    JSON.stringify({
      argv: [process.execPath, program, "{connection_file}"],
      display_name: "Fake",
      language: "python",
    }),
  );
  process.env.JUPYTER_PATH = join(folder, "jupyter");
  return {
    folder,
    path: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A notebook of the fake kernel, or of another language; a string is a code cell. */
export function notebookOf(
  cells: readonly (string | Cell)[],
  kernel = "fake",
  language = "python",
): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernel, display_name: kernel, language } },
    cells: cells.map((cell) => (typeof cell === "string" ? codeCell(cell, []) : cell)),
  };
}

export const parametersCell = (source: string): Cell => codeCell(source, ["parameters"]);
export const text = (source: string): Cell => markdownCell(source, []);

/** Content of a written notebook as plain JSON. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into documents freely
export function load(path: string): any {
  return JSON.parse(readFileSync(path, "utf8"));
}
