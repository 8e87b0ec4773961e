/** Key on `globalThis` under which rewritten cells find the kernel's {@link CellRuntime}. */
export const cellRuntime = Symbol.for("phenocover.kernel");

/** What a rewritten cell calls while it runs. */
export interface CellRuntime {
  /** values of all top-level names of the notebook */
  readonly scope: Record<string, unknown>;
  /** value of `import.meta` */
  readonly meta: object;
  /** assigns imported values to the scope; `*` is the module itself */
  importInto(specifier: string, bindings: readonly (readonly [string, string])[]): Promise<void>;
  /** what `import(specifier)` gives */
  importModule(specifier: unknown): Promise<unknown>;
  /** holds the number of the cell that was interrupted last; every loop of a cell looks at it */
  readonly interrupted: Int32Array;
  /** throws what an interrupted cell throws */
  stop(): never;
  /** called before the cell's first statement; gives the number of the cell */
  begin(): number;
  /** runs a synchronous part of the cell so that it can be broken off inside any package */
  breakable<T>(run: () => T): T;
}

/** By this call a rewritten cell enters a part that can be broken off. */
export const BREAKABLE_CALL = "$breakable(";
