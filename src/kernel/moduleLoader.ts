import { createRequire, Module } from "node:module";
import { join } from "node:path";
import { types } from "node:util";
import type { CellRuntime } from "./cellRuntime.js";

/** Loads the modules that cells import, as seen from a folder. */
export type ModuleLoader = Pick<CellRuntime, "importInto" | "importModule">;

type Exports = Readonly<Record<string, unknown>>;

/**
 * Makes a loader that resolves packages from `root` as Node's `import` does.
 *
 * @param requireLocal loads local files, which the compiler has turned into CommonJS, and tslab
 * @param scope receives imported names
 */
export function createModuleLoader(
  root: string,
  requireLocal: (specifier: string) => unknown,
  scope: Record<string, unknown>,
): ModuleLoader {
  const importFrom = importFunction(join(root, "notebook.cjs"));
  const { cache } = createRequire(import.meta.url);

  /** A CommonJS module imported as an ES module hides names: use what it really exports. */
  const unwrap = (namespace: Exports): unknown => {
    const inner = namespace.default;
    const isCommonJs =
      inner !== undefined && Object.values(cache).some((module) => module?.exports === inner);
    return isCommonJs ? inner : namespace;
  };

  const load = async (specifier: string): Promise<unknown> =>
    isLocal(specifier) ? await requireLocal(specifier) : unwrap(await importFrom(specifier));

  return {
    async importInto(specifier, bindings) {
      const loaded = await load(specifier);
      for (const [name, local] of bindings) {
        const values = name === "*" || name === "default" ? asModule(loaded) : Object(loaded);
        if (name !== "*" && !(name in values)) {
          throw new SyntaxError(`module ${specifier} has no export ${name} (${loadedNote})`);
        }
        scope[local] = name === "*" ? values : values[name];
      }
    },
    async importModule(specifier) {
      const name = String(specifier);
      return isLocal(name) ? asModule(await requireLocal(name)) : await importFrom(name);
    },
  };
}

const loadedNote = "a rebuilt package is seen after a restart of the kernel";

/** Local files go through the converter, as does tslab's own display interface. */
function isLocal(specifier: string): boolean {
  return /^(\.{0,2}\/|\.{1,2}$)/.test(specifier) || specifier === "tslab";
}

/** What `import * as` sees of an ES module or of the exports of a CommonJS module. */
function asModule(loaded: unknown): Exports {
  if (types.isModuleNamespaceObject(loaded)) return loaded as Exports;
  if ((loaded as { __esModule?: boolean } | null)?.__esModule) return loaded as Exports;
  return { ...(loaded as Exports), default: loaded };
}

/** `import()` as a file at `filename` would call it. */
function importFunction(filename: string): (specifier: string) => Promise<Exports> {
  const module = new Module(filename) as Module & {
    _compile(code: string, filename: string): void;
  };
  module.filename = filename;
  module._compile("module.exports = (specifier) => import(specifier);", filename);
  return module.exports;
}
