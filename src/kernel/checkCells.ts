import { cellDiagnostics, createCellConverter } from "./cellCompiler.js";
import { projectRoot } from "./projectRoot.js";
import type { CellDiagnostic } from "./traceback.js";

/** Finds the compiler's complaints about the cells of one notebook; one list a cell. */
export type CellChecker = (sources: readonly string[]) => CellDiagnostic[][];

/**
 * A checker that compiles cells exactly as the kernel does, strict and one after the other, without
 * running them. It takes about a second to make and serves any number of notebooks.
 *
 * @param folder where the kernel would be started
 */
export function createCellChecker(folder: string): CellChecker {
  const { converter } = createCellConverter(projectRoot(folder));
  return (sources) => {
    let declarations = "";
    return sources.map((source) => {
      const converted = converter.convert(declarations, source);
      // The converter's own lines follow the cell: what is wrong there is the cell's mistake again.
      const length = source.split("\n").length;
      const diagnostics = cellDiagnostics(converted).filter(({ line }) => line <= length);
      // Later cells need the names of a cell with mistakes, else each use of them is one more.
      const { declOutput } =
        diagnostics.length === 0
          ? converted
          : converter.convert(declarations, withoutMistakes(source, diagnostics));
      declarations = declOutput ?? declarations;
      return diagnostics;
    });
  };
}

/** The cell with every line of a mistake hidden from the compiler's checks. */
function withoutMistakes(source: string, diagnostics: readonly CellDiagnostic[]): string {
  const lines = source.split("\n");
  const wrong = new Set(diagnostics.map(({ line }) => line));
  return lines
    .map((line, index) => (wrong.has(index + 1) ? `// @ts-ignore\n${line}` : line))
    .join("\n");
}
