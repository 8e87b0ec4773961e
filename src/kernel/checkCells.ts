import { createCellCompiler } from "./cellCompiler.js";
import { type CellContext, CompiledCells } from "./compiledCells.js";
import { projectRoot } from "./projectRoot.js";
import type { CellDiagnostic } from "./traceback.js";

/** Finds the compiler's complaints about the cells of one notebook; one list a cell. */
export type CellChecker = (sources: readonly string[]) => CellDiagnostic[][];

/**
 * A checker that compiles cells exactly as the kernel does, strict and one after the other, without
 * running them. Cells without mistakes are kept compiled for the kernel.
 *
 * @param cwd where the kernel would be started
 * @param folder of the notebooks
 */
export function createCellChecker(cwd: string, folder = cwd): CellChecker {
  const root = projectRoot(cwd);
  const compiler = createCellCompiler(root, folder);
  const kept = new CompiledCells(root);

  const compile = (context: CellContext) => {
    const found = kept.find(context);
    if (found !== undefined) return found;
    const compiled = compiler.compile(context);
    const files = compiler.inputs();
    if ("code" in compiled && files !== undefined) kept.keep(context, compiled, files);
    return compiled;
  };

  return (sources) => {
    const known = new Set<string>();
    let declarations = "";
    return sources.map((source) => {
      let compiled = compile({ source, declarations, known });
      let diagnostics: CellDiagnostic[] = [];
      if (!("code" in compiled)) {
        // The converter's own lines follow the cell: what is wrong there is the cell's mistake again.
        const length = source.split("\n").length;
        diagnostics = compiled.diagnostics.filter(({ line }) => line <= length);
        // Later cells need the names of a cell with mistakes, else each use of them is one more.
        const mended = withoutMistakes(source, diagnostics);
        compiled = compiler.compile({ source: mended, declarations, known });
      }
      if ("code" in compiled) {
        declarations = compiled.declarations;
        for (const name of compiled.names) known.add(name);
      }
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
