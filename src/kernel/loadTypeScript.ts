import { readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname } from "node:path";
import { Script } from "node:vm";
import { keepFile, keptFile, readKept } from "./keptFiles.js";

/** The TypeScript compiler's functions. */
export type Compiler = typeof import("typescript");

const require = createRequire(import.meta.url);

/** Compiled code of this process that no file holds yet. */
let unsaved: { readonly file: string; readonly script: Script } | undefined;

/**
 * Loads the TypeScript compiler with the code that an earlier process compiled from it, where there
 * is some: that takes a third of the time. Later `require` calls get the same module.
 */
export function loadTypeScript(): Compiler {
  const path = require.resolve("typescript");
  const known = require.cache[path];
  if (known !== undefined) return known.exports;
  const { version } = require("typescript/package.json") as { version: string };
  const name = `typescript-${version}-${process.version}-${process.arch}.bin`;
  const file = keptFile(name);
  const cachedData = readKept(file);
  const script = new Script(Module.wrap(readFileSync(path, "utf8")), {
    filename: path,
    ...(cachedData && { cachedData }),
  });
  if (cachedData === undefined || script.cachedDataRejected) unsaved = { file, script };
  const module = new Module(path) as NodeJS.Module;
  module.filename = path;
  module.loaded = true;
  require.cache[path] = module;
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));
  return module.exports;
}

/** Keeps the code that has been compiled so far for later processes, unless it is kept already. */
export async function saveCompiledCode(): Promise<void> {
  if (unsaved === undefined) return;
  const { file, script } = unsaved;
  unsaved = undefined;
  await keepFile(file, script.createCachedData());
}
