import { createRequire, Module } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import ts = require("typescript");

import type { MimeBundle } from "../display.js";
import { createModuleLoader } from "./moduleLoader.js";
import {
  BREAKABLE_CALL,
  type CellRuntime,
  cellRuntime,
  declaredNames,
  rewriteCell,
} from "./rewriteCell.js";
import { type CellDiagnostic, type CellPlaces, cellFileName, readSourceMap } from "./traceback.js";
import { createTypeScriptStandIn } from "./typescriptStandIn.js";

/** How a cell ended. */
export type CellOutcome =
  | { readonly kind: "done"; readonly value?: { readonly of: unknown } }
  | { readonly kind: "refused"; readonly diagnostics: readonly CellDiagnostic[] }
  | { readonly kind: "failed"; readonly error: unknown };

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

/** Compiles and runs the cells of one notebook, one after the other, in one scope. */
export interface CellSession {
  /** @param serial number of the cell, one that no earlier cell had */
  execute(source: string, serial: number, count: number): Promise<CellOutcome>;
  /** ends the wait of the running cell with an error */
  interrupt(): void;
  complete(source: string, position: number): CellCompletions;
  /** what is known of the name at a place; undefined where there is nothing to say */
  inspect(source: string, position: number): HoverText | undefined;
  isComplete(source: string): { readonly completed: boolean; readonly indent?: string };
  readonly places: CellPlaces;
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
  readonly hasToplevelAwait?: boolean;
  readonly sideOutputs?: readonly { readonly path: string; readonly data: string }[];
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
  close(): void;
}
interface Executor {
  execute(source: string): Promise<boolean>;
  inspect(source: string, position: number): ts.QuickInfo | undefined;
  complete(source: string, position: number): TslabCompletions;
  interrupt(): void;
}
interface ConverterModule {
  createConverter(options: { isJS: boolean; isBrowser: boolean }): Converter;
  isCompleteCode(source: string): { completed: boolean; indent?: string };
}
interface ExecutorModule {
  createExecutor(
    root: string,
    converters: { node: Converter; browser: Converter; close(): void },
    console: { log(value: unknown): void; error(...values: unknown[]): void },
  ): Executor;
}
interface DisplayModule {
  lastWriteDisplayData: (data: TslabDisplay, update: boolean) => void;
}
interface TslabDisplay {
  readonly data: MimeBundle;
  readonly transient?: { readonly display_id?: string };
}

/** What the kernel gives to cells. */
export interface SessionHost
  extends Pick<CellRuntime, "interrupted" | "stop" | "begin" | "breakable"> {
  /** called when the cell waits for the first time, or has ended */
  waited(): void;
  /** shows what tslab's own display interface was given */
  show(bundle: MimeBundle, id: string | undefined): void;
}

/**
 * Starts a session on tslab's converter and executor.
 *
 * @param root folder from which imports are resolved; must be the working directory
 */
export function createCellSession(root: string, host: SessionHost): CellSession {
  const { standIn, tslab, converter, isCompleteCode } = createCellConverter(root);
  const { createExecutor } = tslab("./dist/executor.js") as ExecutorModule;

  const scope: Record<string, unknown> = Object.create(null);
  const known = new Set<string>();
  const cells = new Map<number, ReturnType<CellPlacesOf>>();
  let running = { serial: 0, count: 0 };
  let diagnostics: CellDiagnostic[] = [];
  let declared: ReadonlySet<string> = new Set();
  /** declarations of all names so far, and with those of the running cell */
  let declarations = "";
  let nextDeclarations = "";
  let value: { of: unknown } | undefined;
  let thrown: unknown;

  /** The converter's output is rewritten into an async function over the shared scope. */
  const convert = (source: string): Converted => {
    standIn.checkLocalFiles();
    const converted = converter.convert(declarations, source);
    nextDeclarations = converted.declOutput ?? "";
    diagnostics = cellDiagnostics(converted);
    const { output, lastExpressionVar, sideOutputs } = converted;
    if (output === undefined || diagnostics.length > 0) return converted;
    declared = declaredNames(output);
    const rewritten = rewriteCell(output, known, running.serial, lastExpressionVar);
    cells.set(running.serial, placesOf(output, rewritten, running.count));
    const name = cellFileName(running.serial);
    return {
      ...converted,
      output: `${rewritten.code.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, "")}\n//# sourceURL=${name}`,
      hasToplevelAwait: true,
      ...(sideOutputs && {
        sideOutputs: sideOutputs.map(({ path, data }) => ({ path, data: toCommonJs(data) })),
      }),
    };
  };
  // The executor would forget the names of a cell that failed half-way.
  const node: Converter = {
    ...converter,
    convert: (_, source) => convert(source),
    inspect: (_, source, position) => converter.inspect(declarations, source, position),
    complete: (_, source, position) => converter.complete(declarations, source, position),
  };
  const executor = createExecutor(
    root,
    { node, browser: node, close: () => converter.close() },
    {
      log: (of) => {
        value = { of };
      },
      error: (...values) => {
        if (diagnostics.length === 0) thrown = values[0];
      },
    },
  );

  const requireLocal = (specifier: string): unknown => {
    if (specifier === "tslab") {
      const display = tslab("./dist/jupyter.js") as DisplayModule;
      display.lastWriteDisplayData = ({ data, transient }) =>
        host.show(data, transient?.display_id);
    }
    return executorRequire()(specifier);
  };
  const runtime: CellRuntime = {
    scope,
    meta: { url: pathToFileURL(join(root, "notebook.ts")).href, dirname: root },
    interrupted: host.interrupted,
    stop: host.stop,
    begin: host.begin,
    breakable: host.breakable,
    ...createModuleLoader(root, requireLocal, scope),
  };
  Object.defineProperty(globalThis, cellRuntime, { value: runtime, configurable: true });

  return {
    async execute(source, serial, count) {
      running = { serial, count };
      diagnostics = [];
      value = undefined;
      const execution = executor.execute(source);
      host.waited();
      const done = await execution;
      if (diagnostics.length > 0) return { kind: "refused", diagnostics };
      declarations = nextDeclarations;
      for (const name of declared) known.add(name);
      if (!done) {
        for (const name of declared) if (!(name in scope)) refuse(scope, name, count);
        return { kind: "failed", error: thrown };
      }
      return value === undefined ? { kind: "done" } : { kind: "done", value };
    },
    interrupt: () => executor.interrupt(),
    complete(source, position) {
      const { start, end, candidates, original } = executor.complete(source, position);
      const kinds = new Map(original?.entries.map(({ name, kind }) => [name, kind]));
      return { start, end, candidates, kinds };
    },
    inspect(source, position) {
      const info = executor.inspect(source, position);
      return info === undefined ? undefined : hoverText(info);
    },
    isComplete: isCompleteCode,
    places: (serial, line, column) => cells.get(serial)?.(line, column),
  };
}

/** Makes a name that a failed cell declares but did not reach throw until it is assigned. */
function refuse(scope: Record<string, unknown>, name: string, count: number): void {
  Object.defineProperty(scope, name, {
    configurable: true,
    enumerable: true,
    get() {
      throw new ReferenceError(`${name} has no value: In [${count}] failed before its line`);
    },
    set(value) {
      Object.defineProperty(scope, name, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    },
  });
}

/** tslab's converter on the current TypeScript, and `require` inside tslab's package. */
export function createCellConverter(root: string) {
  const standIn = createTypeScriptStandIn(root);
  const tslab = requireTslab(standIn.module);
  const { createConverter, isCompleteCode } = tslab("./dist/converter.js") as ConverterModule;
  return {
    standIn,
    tslab,
    isCompleteCode,
    converter: createConverter({ isJS: false, isBrowser: false }),
  };
}

/** What the converter found wrong in a cell. */
export function cellDiagnostics({ diagnostics }: Converted): CellDiagnostic[] {
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

/** The executor's own `require`, which knows converted local files. */
function executorRequire(): (specifier: string) => unknown {
  const { __tslab__ } = globalThis as unknown as {
    __tslab__: { require: (specifier: string) => unknown };
  };
  return __tslab__.require;
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

type CellPlacesOf = typeof placesOf;

/** The executor puts this before a cell's code. */
const EXECUTOR_PREFIX = "(async function(exports, require) { ".length;
/** The converter puts this line before a cell's source. */
const CONVERTER_LINES = 1;

function placesOf(
  output: string,
  { code, originalOffset }: ReturnType<typeof rewriteCell>,
  count: number,
) {
  const map = readSourceMap(output);
  const codeLines = lineStarts(code);
  const outputLines = lineStarts(output);
  return (line: number, column: number) => {
    const start = codeLines[line - 1];
    if (map === undefined || start === undefined) return undefined;
    const shift = line === 1 ? EXECUTOR_PREFIX : 0;
    const at = start + column - 1 - shift;
    if (code.startsWith(BREAKABLE_CALL, at)) return undefined;
    const offset = originalOffset(at);
    const row = outputLines.findLastIndex((at) => at <= offset);
    const entry = map.findEntry(row, offset - outputLines[row]!);
    if (!("originalLine" in entry)) return undefined;
    return {
      count,
      line: entry.originalLine + 1 - CONVERTER_LINES,
      column: entry.originalColumn + 1,
    };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
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
