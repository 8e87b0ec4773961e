import { statSync } from "node:fs";
import { dirname, join } from "node:path";

import ts = require("typescript");

import { packageRoot } from "../packageRoot.js";
import { type CellProgram, type CellProgramHost, watchCells } from "./cellProgram.js";
import type { LocalModule } from "./compiledCell.js";
import { addDocComments } from "./docComments.js";
import { FileStamps } from "./fileStamps.js";
import { projectOptions } from "./projectOptions.js";

/*
 * tslab's converter is written against a fork of TypeScript 5.0 that exports some inner functions.
 * This stand-in offers the same names on the current TypeScript, with the project's strictness.
 */

/** Inner functions of TypeScript that its declarations do not show. */
interface InnerTypeScript {
  readonly nullTransformationContext: ts.TransformationContext;
  readonly parseIsolatedJSDocComment: unknown;
  findPrecedingToken(position: number, file: ts.SourceFile): ts.Node | undefined;
}

type Watched = { callback: ts.FileWatcherCallback; modified: number };

/** TypeScript as tslab wants it, and the means to re-read local files that were edited. */
export interface TypeScriptStandIn {
  readonly module: Readonly<Record<string, unknown>>;
  /** what the compiler has read so far, as it was then */
  readonly inputs: FileStamps;
  /** local modules that were compiled since the last call, as ES modules */
  takeLocalModules(): LocalModule[];
  /** files of the present cell's program */
  programFiles(): readonly string[];
  /** tells the compiler about local sources that changed since they were read */
  checkLocalFiles(): void;
}

/** Options of notebook cells where the project says nothing else. */
const cellOptions: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  types: ["node"],
  inlineSourceMap: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
};

/**
 * Makes the stand-in.
 *
 * @param root folder from which cells resolve their imports
 * @param folder where they look for local files first
 */
export function createTypeScriptStandIn(root: string, folder: string): TypeScriptStandIn {
  const inner = ts as unknown as InnerTypeScript & Record<string, unknown>;
  const watched = new Map<string, Watched>();
  const inputs = new FileStamps();
  let localModules: LocalModule[] = [];
  let program: CellProgram | undefined;
  let service: ts.LanguageService | undefined;
  const languageServiceOnce = () => {
    service ??= languageService(() => program!.getProgram());
    return service;
  };

  const sys: ts.System = {
    ...ts.sys,
    getCurrentDirectory: () => root,
    readFile(path, encoding) {
      inputs.note(path);
      return ts.sys.readFile(path, encoding);
    },
    watchFile(path, callback) {
      // Local sources are compared before a cell; nothing wakes the kernel in between.
      watched.set(path, { callback, modified: modifiedTime(path) });
      return { close: () => watched.delete(path) };
    },
  };

  return {
    inputs,
    takeLocalModules() {
      const taken = localModules;
      localModules = [];
      return taken;
    },
    programFiles: () =>
      program
        ?.getProgram()
        .getSourceFiles()
        .map(({ fileName }) => fileName) ?? [],
    module: {
      ...inner,
      sys,
      getNullTransformationContext: () => inner.nullTransformationContext,
      getDefaultTypeRoots,
      getPreEmitDiagnosticsOfFiles: diagnosticsOf,
      /** Cells are rewritten by the kernel, see rewriteCell; local modules by the executor. */
      transpileModule: (text: string) => ({ outputText: text }),
      createWatchCompilerHost: (
        rootFiles: readonly string[],
        options: ts.CompilerOptions & { disableTopLevelAwait?: unknown },
        system: ts.System,
      ): CellProgramHost => {
        const { disableTopLevelAwait, noImplicitUseStrict, ...kept } = options;
        return {
          rootFiles,
          folder,
          options: { ...kept, ...cellOptions, ...projectOptions(root, sys) },
          system,
          takeLocal: (module) => localModules.push(module),
        };
      },
      createWatchProgram: (host: CellProgramHost) => {
        const { afterProgramCreate } = host;
        return watchCells({
          ...host,
          afterProgramCreate(created) {
            program = created;
            afterProgramCreate?.(created);
          },
        });
      },
      getQuickInfoAtPosition: (
        file: ts.SourceFile,
        _checker: unknown,
        _token: unknown,
        at: number,
      ) => quickInfoAt(languageServiceOnce(), file.fileName, at),
      Completions: {
        getCompletionsAtPositionForTslab: (
          _host: unknown,
          _program: unknown,
          _log: unknown,
          file: ts.SourceFile,
          at: number,
        ) => completionsAt(languageServiceOnce(), file.fileName, at),
      },
    },
    checkLocalFiles() {
      for (const [path, entry] of watched) {
        const modified = modifiedTime(path);
        if (modified === entry.modified) continue;
        entry.modified = modified;
        const { Changed, Deleted } = ts.FileWatcherEventKind;
        entry.callback(path, modified === 0 ? Deleted : Changed);
      }
    },
  };
}

function quickInfoAt(service: ts.LanguageService, file: string, at: number) {
  for (const { fileName } of service.getDefinitionAtPosition(file, at) ?? []) {
    const defining = service.getProgram()?.getSourceFile(fileName);
    if (defining !== undefined) addDocComments(defining);
  }
  return service.getQuickInfoAtPosition(file, at);
}

/** Completions in which a name that is exported again has the kind of what it stands for. */
function completionsAt(service: ts.LanguageService, file: string, at: number) {
  const found = service.getCompletionsAtPosition(file, at, { includeSymbol: true });
  const checker = service.getProgram()?.getTypeChecker();
  for (const entry of found?.entries ?? []) {
    if (entry.kind !== ts.ScriptElementKind.alias || !entry.symbol || !checker) continue;
    const { flags } = checker.getAliasedSymbol(entry.symbol);
    if (flags & ts.SymbolFlags.Function) entry.kind = ts.ScriptElementKind.functionElement;
    else if (flags & ts.SymbolFlags.Class) entry.kind = ts.ScriptElementKind.classElement;
    else if (flags & ts.SymbolFlags.Variable) entry.kind = ts.ScriptElementKind.constElement;
  }
  return found;
}

/** Hover and completion over the converter's program, whose parsed files are used as they are. */
function languageService(program: () => ts.Program): ts.LanguageService {
  const snapshots = new WeakMap<ts.SourceFile, ts.IScriptSnapshot>();
  const fileOf = (name: string) => program().getSourceFile(name);
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => program().getCompilerOptions(),
    getScriptFileNames: () => [...program().getRootFileNames()],
    getScriptVersion: (name) => (fileOf(name) as { version?: string } | undefined)?.version ?? "",
    getScriptSnapshot(name) {
      const file = fileOf(name);
      if (file === undefined) return undefined;
      const snapshot = snapshots.get(file) ?? ts.ScriptSnapshot.fromString(file.text);
      snapshots.set(file, snapshot);
      return snapshot;
    },
    getCurrentDirectory: () => program().getCurrentDirectory(),
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    // As in the converter, whose parsed files keep the paths that the service gives them.
    useCaseSensitiveFileNames: () => true,
    fileExists: (name) => fileOf(name) !== undefined || ts.sys.fileExists(name),
    readFile: (name) => fileOf(name)?.text ?? ts.sys.readFile(name),
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    ...(ts.sys.realpath && { realpath: ts.sys.realpath }),
  };
  const acquire = (name: string) => fileOf(name)!;
  const registry = {
    acquireDocument: acquire,
    acquireDocumentWithKey: acquire,
    updateDocument: acquire,
    updateDocumentWithKey: acquire,
    getKeyForCompilationSettings: () => "cell",
    getDocumentRegistryBucketKeyWithMode: () => "cell",
    releaseDocument() {},
    releaseDocumentWithKey() {},
    reportStats: () => "",
  } as unknown as ts.DocumentRegistry;
  return ts.createLanguageService(host, registry);
}

function diagnosticsOf(program: ts.Program, files: readonly ts.SourceFile[]): ts.Diagnostic[] {
  const found = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  for (const file of files) {
    found.push(...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file));
  }
  return [...ts.sortAndDeduplicateDiagnostics(found)];
}

/** Folders of type packages above `folder`, then the package's own. */
function getDefaultTypeRoots(folder: string): string[] {
  const roots: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    roots.push(join(at, "node_modules", "@types"));
    if (dirname(at) === at) break;
  }
  roots.push(join(packageRoot(), "node_modules", "@types"));
  return roots.filter((root) => ts.sys.directoryExists(root));
}

function modifiedTime(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
