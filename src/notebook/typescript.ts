import { createRequire } from "node:module";
import type ts from "typescript";

/** The TypeScript compiler's functions. */
export type Compiler = typeof ts;

let compiler: Compiler | undefined;

/** Loads the TypeScript compiler at its first use: it takes a quarter of a second. */
export function loadTypeScript(): Compiler {
  compiler ??= createRequire(import.meta.url)("typescript") as Compiler;
  return compiler;
}
