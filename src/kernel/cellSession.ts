import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInThisContext } from "node:vm";
import type { MimeBundle } from "../display.js";
import type { CellCompiler, CellCompletions, HoverText } from "./cellCompiler.js";
import { type CellRuntime, cellRuntime } from "./cellRuntime.js";
import { type CompiledCell, placesOf } from "./compiledCell.js";
import { type CellContext, CompiledCells } from "./compiledCells.js";
import { isInjected, literalAssignments } from "./literalAssignments.js";
import { loadTypeScript, saveCompiledCode } from "./loadTypeScript.js";
import { LocalModules } from "./localModules.js";
import { createModuleLoader } from "./moduleLoader.js";
import { type CellDiagnostic, type CellPlaces, cellFileName } from "./traceback.js";

/** How a cell ended. */
export type CellOutcome =
  | { readonly kind: "done"; readonly value?: { readonly of: unknown } }
  | { readonly kind: "refused"; readonly diagnostics: readonly CellDiagnostic[] }
  | { readonly kind: "failed"; readonly error: unknown };

/** Compiles and runs the cells of one notebook, one after the other, in one scope. */
export interface CellSession {
  /** @param serial number of the cell, one that no earlier cell had */
  execute(source: string, serial: number, count: number): Promise<CellOutcome>;
  /** ends the wait of the running cell with an error */
  interrupt(): void;
  complete(source: string, position: number): Promise<CellCompletions>;
  /** what is known of the name at a place; undefined where there is nothing to say */
  inspect(source: string, position: number): Promise<HoverText | undefined>;
  isComplete(source: string): Promise<{ readonly completed: boolean; readonly indent?: string }>;
  readonly places: CellPlaces;
  /** resolves when what was compiled is kept for later processes */
  settled(): Promise<void>;
}

/** What the kernel gives to cells. */
export interface SessionHost extends Pick<CellRuntime, "interrupted" | "stop" | "breakable"> {
  /** called when a cell begins */
  begin(): void;
  /** called when the cell waits for the first time, or has ended */
  waited(): void;
  /** shows what tslab's own display interface was given */
  show(bundle: MimeBundle, id: string | undefined): void;
}

/** Stands before a cell's code. */
const HEAD = "(async function(exports, require) { ";
/** Key on `globalThis` under which a cell finds its arguments. */
const cellArguments = Symbol.for("phenocover.cell");
const TAIL = `\n})(...globalThis[Symbol.for("phenocover.cell")])`;

/**
 * Starts a session. The compiler is loaded by the first cell that no earlier process compiled.
 *
 * @param root folder from which imports are resolved; must be the working directory
 * @param folder of the notebook, where local files are looked for first
 */
export function createCellSession(root: string, folder: string, host: SessionHost): CellSession {
  const scope: Record<string, unknown> = Object.create(null);
  const known = new Set<string>();
  const places = new Map<number, ReturnType<typeof placesOf>>();
  const kept = new CompiledCells(root);
  const modules = new LocalModules(root, folder);
  /** declarations of all names so far */
  let declarations = "";
  let serial = 0;
  let interrupt = (): void => {};

  let loading: Promise<CellCompiler> | undefined;
  const compiler = (): Promise<CellCompiler> => {
    loading ??= loadCompiler(root, folder);
    return loading;
  };

  const compile = async (
    source: string,
  ): Promise<CompiledCell | { readonly diagnostics: readonly CellDiagnostic[] }> => {
    const context: CellContext = { source, declarations, known };
    const found = kept.find(context);
    if (found !== undefined) return found;
    const { compile, inputs } = await compiler();
    const compiled = compile(context);
    if (!("code" in compiled)) return compiled;
    const files = inputs();
    // What a runner injects changes with every run and may hold secrets.
    if (files !== undefined && !isInjected(source)) kept.keep(context, compiled, files);
    return compiled;
  };

  const run = async (cell: CompiledCell): Promise<Record<string, unknown>> => {
    // A cell may have been interrupted while it was compiled.
    if (Atomics.load(host.interrupted, 0) === serial) host.stop();
    const exports: Record<string, unknown> = {};
    const interrupted = new Promise<never>((_, reject) => {
      interrupt = () => reject(new Error("the cell was interrupted"));
    });
    interrupted.catch(() => {});
    Object.defineProperty(globalThis, cellArguments, {
      value: [exports, modules.require],
      configurable: true,
    });
    try {
      const code = `${HEAD}${cell.code}\n//# sourceURL=${cellFileName(serial)}${TAIL}`;
      const done: Promise<void> = runInThisContext(code, { breakOnSigint: true });
      host.waited();
      await Promise.race([done, interrupted]);
    } finally {
      host.waited();
      interrupt = () => {};
    }
    return exports;
  };

  const runtime: CellRuntime = {
    scope,
    meta: { url: pathToFileURL(join(folder, "notebook.ts")).href, dirname: folder },
    interrupted: host.interrupted,
    stop: host.stop,
    begin() {
      host.begin();
      return serial;
    },
    breakable: host.breakable,
    ...createModuleLoader(
      root,
      async (name) =>
        name === "tslab" ? (await compiler()).tslab(host.show) : modules.require(name),
      scope,
    ),
  };
  Object.defineProperty(globalThis, cellRuntime, { value: runtime, configurable: true });

  return {
    async execute(source, number, count) {
      serial = number;
      const values = literalAssignments(source, declarations);
      if (values !== undefined) {
        for (const [name, value] of values) scope[name] = value;
        return { kind: "done" };
      }
      const cell = await compile(source);
      if (!("code" in cell)) return { kind: "refused", diagnostics: cell.diagnostics };
      places.set(number, placesOf(cell, count, HEAD.length));
      modules.update(cell.localModules);
      let failure: { readonly error: unknown } | undefined;
      const exports = await run(cell).catch((error: unknown) => {
        failure = { error };
        return {} as Record<string, unknown>;
      });
      declarations = cell.declarations;
      for (const name of cell.names) known.add(name);
      if (failure !== undefined) {
        for (const name of cell.names) if (!(name in scope)) refuse(scope, name, count);
        return { kind: "failed", error: failure.error };
      }
      const value = cell.resultName === undefined ? undefined : exports[cell.resultName];
      return value === undefined || value === null
        ? { kind: "done" }
        : { kind: "done", value: { of: value } };
    },
    interrupt: () => interrupt(),
    complete: async (source, position) =>
      (await compiler()).complete(declarations, source, position),
    inspect: async (source, position) => (await compiler()).inspect(declarations, source, position),
    isComplete: async (source) => (await compiler()).isComplete(source),
    places: (serial, line, column) => places.get(serial)?.(line, column),
    settled: async () => {
      await Promise.all([kept.settled(), saveCompiledCode()]);
    },
  };
}

async function loadCompiler(root: string, folder: string): Promise<CellCompiler> {
  // First, so that what is imported next finds it with its kept code.
  loadTypeScript();
  const { createCellCompiler } = await import("./cellCompiler.js");
  return createCellCompiler(root, folder);
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
