import { builtinModules } from "node:module";
import { basename, dirname, join } from "node:path";

import ts = require("typescript");

import type { LocalModule } from "./compiledCell.js";

/** Inner functions of TypeScript that its declarations do not show. */
interface InnerTypeScript {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
}

/** A parsed file with the inner fields that are used here. */
interface ParsedFile extends ts.SourceFile {
  version?: string;
  readonly imports?: readonly ts.StringLiteralLike[];
}

/** `ts.Program` with the inner parameter that writes declarations despite their diagnostics. */
interface ForcedEmit {
  emit(...values: [...EmitArguments, boolean]): ts.EmitResult;
}
type EmitArguments = Parameters<ts.BuilderProgram["emit"]>;

/** What is asked of the compiler between two changes of the cell. */
export interface CellProgram {
  getSourceFile(name: string): ts.SourceFile | undefined;
  getProgram(): ts.Program;
  /** names of the local sources that a file needs, its own first */
  getAllDependencies(file: ts.SourceFile): string[];
  emit(...values: EmitArguments): ts.EmitResult;
}

/** Where the files of cells come from and who is told of each new program. */
export interface CellProgramHost {
  readonly rootFiles: readonly string[];
  /** folder of the notebook, where cells look for local files before that of the root files */
  readonly folder: string;
  readonly options: ts.CompilerOptions;
  readonly system: ts.System;
  afterProgramCreate?: (program: CellProgram) => void;
  /** receives each local module that the cell needs and that is new or has changed */
  takeLocal(module: LocalModule): void;
}

/** Keeps the program of one notebook's cells up to date. */
export interface CellPrograms {
  close(): void;
}

/**
 * Compiles cells anew whenever the system says that a file has changed, as TypeScript's own watch
 * does, but for one file at a time: library files are read once, without their doc comments, and a
 * program is made only when somebody asks for more than the parsed cell.
 */
export function watchCells(host: CellProgramHost): CellPrograms {
  const { rootFiles, folder, options, system } = host;
  const parsed = new Map<string, ParsedFile>();
  const watchers = new Map<string, ts.FileWatcher>();
  let versions = 0;
  let program: ts.Program | undefined;
  let rebuild: unknown;

  const changed = (name: string): void => {
    parsed.delete(name);
    if (rebuild !== undefined) system.clearTimeout?.(rebuild);
    rebuild = system.setTimeout?.(() => {
      rebuild = undefined;
      offer();
    }, 0);
  };
  const parse = (
    name: string,
    settings: ts.ScriptTarget | ts.CreateSourceFileOptions,
  ): ts.SourceFile | undefined => {
    const known = parsed.get(name);
    if (known !== undefined) return known;
    if (isLocalSource(name) && !watchers.has(name)) {
      watchers.set(name, system.watchFile!(name, changed));
    }
    const text = system.readFile(name);
    if (text === undefined) return undefined;
    const file: ParsedFile = ts.createSourceFile(name, text, {
      ...(typeof settings === "object" ? settings : { languageVersion: settings }),
      jsDocParsingMode:
        isLibrary(name) && !rootFiles.includes(name)
          ? ts.JSDocParsingMode.ParseNone
          : ts.JSDocParsingMode.ParseAll,
    });
    file.version = String(++versions);
    parsed.set(name, file);
    return file;
  };
  let resolutions: ts.ModuleResolutionCache;
  const resolveBeside = (specifier: string, from: string) => {
    if (!rootFiles.includes(from) || !ts.isExternalModuleNameRelative(specifier)) return undefined;
    const notebook = join(folder, basename(from));
    const found = ts.resolveModuleName(specifier, notebook, options, compilerHost, resolutions);
    return found.resolvedModule && found;
  };
  const compilerHost: ts.CompilerHost & { hasInvalidatedResolutions(path: string): boolean } = {
    ...ts.createCompilerHost(options),
    resolveModuleNameLiterals: (literals, from, redirect, settings, source) =>
      literals.map(
        (literal) =>
          resolveQuickly(literal.text, from, system) ??
          resolveBeside(literal.text, from) ??
          ts.resolveModuleName(
            literal.text,
            from,
            settings,
            compilerHost,
            resolutions,
            redirect,
            ts.getModeForUsageLocation(source, literal, settings),
          ),
      ),
    getModuleResolutionCache: () => resolutions,
    getSourceFile: parse,
    fileExists: system.fileExists,
    readFile: (name) => system.readFile(name),
    directoryExists: system.directoryExists,
    readDirectory: system.readDirectory,
    getCurrentDirectory: system.getCurrentDirectory,
    // What a local source imports may have come or gone; a root is read anew each time anyway.
    hasInvalidatedResolutions: (path) => isLocalSource(path) && !rootFiles.includes(path),
  };

  /** Local files may lie anywhere: they are kept by their own path instead of the converter's. */
  const keepLocal =
    ({ fileName }: ts.SourceFile) =>
    (name: string, code: string): void => {
      if (!name.endsWith(".js")) return;
      host.takeLocal({ path: fileName.replace(/\.[jt]sx?$/, ".js"), code });
    };

  const offer = (): void => {
    let current: ts.Program | undefined;
    const getProgram = (): ts.Program => {
      if (current === undefined) {
        const root = system.getCurrentDirectory();
        resolutions = ts.createModuleResolutionCache(root, (name) => name, options);
        current = program = ts.createProgram(rootFiles, options, compilerHost, program);
      }
      return current;
    };
    host.afterProgramCreate?.({
      getProgram,
      getSourceFile(name) {
        if (current !== undefined || !rootFiles.includes(name)) {
          return getProgram().getSourceFile(name);
        }
        const file = parse(name, options.target ?? ts.ScriptTarget.Latest);
        if (file) (ts as unknown as InnerTypeScript).bindSourceFile(file, options);
        return file;
      },
      getAllDependencies: (file) => localDependencies(getProgram(), file),
      // A cell is no library: a type that its declarations cannot name portably is no mistake.
      emit: (file, write, token, only, transformers) =>
        (getProgram() as unknown as ForcedEmit).emit(
          file,
          file === undefined || rootFiles.includes(file.fileName) ? write : keepLocal(file),
          token,
          only,
          transformers,
          true,
        ),
    });
  };
  for (const name of rootFiles) watchers.set(name, system.watchFile!(name, changed));
  offer();
  return {
    close() {
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

const builtins = new Set(builtinModules);

/** Resolves without a search what can only be one file, as most imports of libraries are. */
function resolveQuickly(
  specifier: string,
  from: string,
  system: ts.System,
): ts.ResolvedModuleWithFailedLookupLocations | undefined {
  if (specifier.startsWith("node:") || builtins.has(specifier))
    return { resolvedModule: undefined };
  if (!isLibrary(from) || !/^\.\.?\/.*\.js$/.test(specifier)) return undefined;
  const resolvedFileName = join(dirname(from), specifier.replace(/js$/, "d.ts"));
  if (!system.fileExists(resolvedFileName)) return undefined;
  const isExternalLibraryImport = resolvedFileName.includes("/node_modules/");
  return {
    resolvedModule: { resolvedFileName, extension: ts.Extension.Dts, isExternalLibraryImport },
  };
}

/** Local sources that a file imports, and those that these import. */
function localDependencies(program: ts.Program, file: ts.SourceFile): string[] {
  const checker = program.getTypeChecker();
  const found = new Set([file]);
  for (const source of found) {
    for (const specifier of (source as ParsedFile).imports ?? []) {
      const [module] = checker.getSymbolAtLocation(specifier)?.declarations ?? [];
      if (module && ts.isSourceFile(module) && !module.isDeclarationFile) found.add(module);
    }
  }
  return [...found].map(({ fileName }) => fileName);
}

/** Whether a file is a declaration, whose doc comments are read only when somebody looks at them. */
function isLibrary(name: string): boolean {
  return name.endsWith(".d.ts");
}

/** Whether a file may change while the kernel runs. */
function isLocalSource(name: string): boolean {
  return !name.includes("/node_modules/") && !isLibrary(name);
}
