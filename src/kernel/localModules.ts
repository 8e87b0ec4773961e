import { createRequire, Module } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { LocalModule } from "./compiledCell.js";

type Require = (specifier: string) => unknown;

/** Runs the local modules that cells import, in the form that the compiler gave them. */
export class LocalModules {
  readonly #codes = new Map<string, string>();
  readonly #loaded = new Map<string, Module>();
  /** `require` as cells see it */
  readonly require: Require;

  /**
   * @param root folder from which cells import
   * @param folder of the notebook, where local files are looked for first
   */
  constructor(root: string, folder: string) {
    const fromRoot = createRequire(join(root, "notebook.cjs"));
    const fromFolder = createRequire(join(folder, "notebook.cjs"));
    const beside = (specifier: string): unknown =>
      isLocal(specifier) && canResolve(fromFolder, specifier)
        ? fromFolder(specifier)
        : fromRoot(specifier);
    this.require = this.#requireFrom(folder, this.#requireFrom(root, beside));
  }

  /** Takes new or changed modules; the next import runs them. */
  update(modules: readonly LocalModule[]): void {
    for (const { path, code } of modules) {
      this.#codes.set(path, code);
      this.#loaded.delete(path);
    }
  }

  #requireFrom(folder: string, otherwise: Require): Require {
    return (specifier) => {
      const path = resolve(folder, specifier);
      const file =
        isLocal(specifier) &&
        [path, `${path}.js`, join(path, "index.js")].find((one) => this.#codes.has(one));
      return file ? this.#load(file) : otherwise(specifier);
    };
  }

  #load(file: string): unknown {
    const loaded = this.#loaded.get(file);
    if (loaded !== undefined) return loaded.exports;
    const module = new Module(file) as Module & {
      _compile(code: string, filename: string): void;
    };
    module.filename = file;
    module.paths = createRequire(file).resolve.paths("package") ?? [];
    module.require = this.#requireFrom(
      dirname(file),
      module.require.bind(module),
    ) as NodeJS.Require;
    this.#loaded.set(file, module);
    try {
      module._compile(this.#codes.get(file)!, file);
    } catch (error) {
      this.#loaded.delete(file);
      throw error;
    }
    return module.exports;
  }
}

function isLocal(specifier: string): boolean {
  return /^\.{0,2}\//.test(specifier);
}

function canResolve(require: NodeJS.Require, specifier: string): boolean {
  try {
    require.resolve(specifier);
    return true;
  } catch {
    return false;
  }
}
