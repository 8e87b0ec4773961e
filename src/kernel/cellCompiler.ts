import { readdirSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { join } from "node:path";

import ts = require("typescript");

import type { MimeBundle } from "../display.js";
import { packageRoot } from "../packageRoot.js";
import type { CompiledCell } from "./compiledCell.js";
import type { CellContext } from "./compiledCells.js";
import { declaredNames, rewriteCell } from "./rewriteCell.js";
import type { CellDiagnostic } from "./traceback.js";
import { createTypeScriptStandIn } from "./typescriptStandIn.js";

/** Completions of a place in a cell; offsets in UTF-16 units. */
export interface CellCompletions {
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly string[];
  /** what each candidate is, in TypeScript's words such as `function`; by name */
  readonly kinds: ReadonlyMap<string, string>;
}

/** What a reader is told of a name. */
export interface HoverText {
  /** its type, as TypeScript writes it */
  readonly signature: string;
  /** its doc comment, in Markdown */
  readonly documentation: string;
}

/** Compiles the cells of one notebook and answers what editors ask about them. */
export interface CellCompiler {
  /** Compiles a cell, strict; one with mistakes gives only these. */
  compile(context: CellContext): CompiledCell | { readonly diagnostics: readonly CellDiagnostic[] };
  /** stamps of all files on which the last compiled cell depends; undefined with local sources */
  inputs(): string | undefined;
  complete(declarations: string, source: string, position: number): CellCompletions;
  inspect(declarations: string, source: string, position: number): HoverText | undefined;
  isComplete(source: string): { readonly completed: boolean; readonly indent?: string };
  /**
   * What `import "tslab"` gives.
   *
   * @param show shows what tslab's own display interface is given
   */
  tslab(show: (bundle: MimeBundle, id: string | undefined) => void): unknown;
}

/** Names of tslab 1.0.22 that are used here. */
interface Converted {
  readonly diagnostics: readonly {
    readonly start: { readonly line: number; readonly character: number };
    readonly messageText: string;
    readonly code: number;
    readonly fileName?: string;
  }[];
  readonly output?: string;
  readonly declOutput?: string;
  readonly lastExpressionVar?: string;
}
interface TslabCompletions {
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly string[];
  readonly original?: ts.CompletionInfo;
}
interface Converter {
  convert(previousDeclarations: string, source: string): Converted;
  inspect(previous: string, source: string, position: number): ts.QuickInfo | undefined;
  complete(previous: string, source: string, position: number): TslabCompletions;
}
interface ConverterModule {
  createConverter(options: { isJS: boolean; isBrowser: boolean }): Converter;
  isCompleteCode(source: string): { completed: boolean; indent?: string };
}
interface DisplayModule {
  lastWriteDisplayData: (data: TslabDisplay, update: boolean) => void;
}
interface TslabDisplay {
  readonly data: MimeBundle;
  readonly transient?: { readonly display_id?: string };
}

/**
 * Makes a compiler on tslab's converter.
 *
 * @param root folder from which imports are resolved
 * @param folder of the notebook, where local files are looked for first
 */
export function createCellCompiler(root: string, folder: string): CellCompiler {
  const standIn = createTypeScriptStandIn(root, folder);
  const tslab = requireTslab(standIn.module);
  const { createConverter, isCompleteCode } = tslab("./dist/converter.js") as ConverterModule;
  const converter = createConverter({ isJS: false, isBrowser: false });
  noteInstallation(root, standIn.inputs.note.bind(standIn.inputs));

  return {
    compile({ source, declarations, known }) {
      standIn.checkLocalFiles();
      const converted = converter.convert(declarations, source);
      const { output = "", declOutput = "", lastExpressionVar } = converted;
      const localModules = standIn.takeLocalModules();
      const diagnostics = cellDiagnostics(converted);
      if (diagnostics.length > 0) return { diagnostics };
      const { code, marks } = rewriteCell(output, known, lastExpressionVar);
      return {
        code: code.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, ""),
        names: [...declaredNames(output)],
        declarations: declOutput,
        ...(lastExpressionVar !== undefined && { resultName: lastExpressionVar }),
        output,
        marks,
        localModules: localModules.map(({ path, code }) => ({ path, code: toCommonJs(code) })),
      };
    },
    inputs() {
      const files = standIn.programFiles();
      return files.every((file) => isInstalled(file, root)) ? String(standIn.inputs) : undefined;
    },
    complete(declarations, source, position) {
      const { start, end, candidates, original } = converter.complete(
        declarations,
        source,
        position,
      );
      const kinds = new Map(original?.entries.map(({ name, kind }) => [name, kind]));
      return { start, end, candidates, kinds };
    },
    inspect(declarations, source, position) {
      const info = converter.inspect(declarations, source, position);
      return info === undefined ? undefined : hoverText(info);
    },
    isComplete: isCompleteCode,
    tslab(show) {
      const display = tslab("./dist/jupyter.js") as DisplayModule;
      display.lastWriteDisplayData = ({ data, transient }) => show(data, transient?.display_id);
      return tslab(".");
    },
  };
}

/** What the converter found wrong in a cell. */
function cellDiagnostics({ diagnostics }: Converted): CellDiagnostic[] {
  return diagnostics.map(({ start, messageText, code, fileName }) => ({
    line: start.line + 1,
    column: start.character + 1,
    code,
    message: messageText,
    ...(fileName !== undefined && { file: fileName }),
  }));
}

/** `require` inside tslab's package, with TypeScript replaced by the stand-in. */
function requireTslab(typescript: object): NodeJS.Require {
  const tslab = createRequire(createRequire(import.meta.url).resolve("tslab/package.json"));
  const path = tslab.resolve("@tslab/typescript-for-tslab");
  const module = new Module(path);
  module.filename = path;
  module.loaded = true;
  module.exports = typescript;
  tslab.cache[path] = module as NodeJS.Module;
  return tslab;
}

/** Notes what decides about a cell and is not read by the compiler: itself and the settings. */
function noteInstallation(root: string, note: (path: string) => void): void {
  const { resolve } = createRequire(import.meta.url);
  for (const name of ["typescript", "tslab"]) note(resolve(`${name}/package.json`));
  for (const name of readdirSync(import.meta.dirname)) note(join(import.meta.dirname, name));
  for (const folder of new Set([root, packageRoot()])) {
    note(join(folder, "tsconfig.json"));
    // npm rewrites it whenever a package comes, goes or changes.
    note(join(folder, "node_modules", ".package-lock.json"));
  }
}

/** Whether a file is the converter's own or belongs to a package, which stays as it was built. */
function isInstalled(file: string, root: string): boolean {
  return (
    file.includes("/node_modules/") ||
    file.startsWith(join(packageRoot(), "dist", "/")) ||
    file === join(root, "__tslab__.ts") ||
    file === join(root, "__prev__.d.ts")
  );
}

function toCommonJs(text: string): string {
  return ts.transpileModule(text, {
    fileName: "local.js",
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      target: ts.ScriptTarget.ES2022,
    },
  }).outputText;
}

function hoverText({ displayParts, documentation, tags }: ts.QuickInfo): HoverText {
  const tagLines = (tags ?? []).map(
    ({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`,
  );
  const parts = [ts.displayPartsToString(documentation), tagLines.join("\n")];
  return {
    signature: ts.displayPartsToString(displayParts),
    documentation: parts.filter((part) => part !== "").join("\n\n"),
  };
}
