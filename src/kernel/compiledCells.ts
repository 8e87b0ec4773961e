import { createHash } from "node:crypto";
import { utimesSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../packageRoot.js";
import type { CompiledCell } from "./compiledCell.js";
import { sameFiles } from "./fileStamps.js";
import { keepFile, keptFile, readKept } from "./keptFiles.js";

/** What decides how a cell is compiled, apart from files. */
export interface CellContext {
  readonly source: string;
  /** declarations of the names of earlier cells */
  readonly declarations: string;
  /** top-level names of earlier cells */
  readonly known: ReadonlySet<string>;
}

/** Files that are kept where nothing else is said; beyond that the longest unused ones go. */
const MOST_FILES = 1000;

/**
 * Cells that this or an earlier process compiled, so that a notebook that runs again needs no
 * compiler. A cell is found when its source, the declarations before it and every file that the
 * compiler had read are the same.
 */
export class CompiledCells {
  readonly #root: string;
  readonly #folder: string;
  readonly #current = new Map<string, boolean>();
  readonly #most: number;
  readonly #writing = new Set<Promise<void>>();
  #grown = false;

  /**
   * @param root folder from which cells import; what is kept goes with its packages
   * @param most files that are kept
   */
  constructor(root: string, most = MOST_FILES) {
    this.#root = root;
    this.#most = most;
    this.#folder =
      root === packageRoot()
        ? keptFile("cells")
        : join(root, "node_modules", ".cache", "phenocover", "cells");
  }

  /** The cell as it was compiled before; undefined when nothing valid is kept. */
  find(context: CellContext): CompiledCell | undefined {
    const entry = this.#read(this.#name(context));
    if (entry === undefined) return undefined;
    const { inputs, cell } = JSON.parse(entry) as { inputs: string; cell: CompiledCell };
    return this.#isCurrent(inputs) ? cell : undefined;
  }

  /**
   * Keeps a cell for later.
   *
   * @param inputs stamps of all files that decided about it
   */
  keep(context: CellContext, cell: CompiledCell, inputs: string): void {
    const id = `files-${hash(inputs)}`;
    this.#write(this.#name(context), JSON.stringify({ inputs: id, cell }));
    if (this.#current.get(id)) return;
    this.#current.set(id, true);
    this.#write(id, inputs);
  }

  /** Resolves when everything is written. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
    if (this.#grown) await this.#prune();
    this.#grown = false;
  }

  #name({ source, declarations, known }: CellContext): string {
    const names = [...known].sort();
    return hash(JSON.stringify([this.#root, process.version, declarations, names, source]));
  }

  #isCurrent(id: string): boolean {
    let current = this.#current.get(id);
    if (current === undefined) {
      const stamps = this.#read(id);
      current = stamps !== undefined && sameFiles(stamps);
      this.#current.set(id, current);
    }
    return current;
  }

  #read(name: string): string | undefined {
    const file = join(this.#folder, name);
    const content = readKept(file);
    if (content === undefined) return undefined;
    const now = new Date();
    try {
      utimesSync(file, now, now);
    } catch {
      // Another user's file: it stays as old as it is.
    }
    return content.toString();
  }

  #write(name: string, content: string): void {
    this.#grown = true;
    const written = keepFile(join(this.#folder, name), Buffer.from(content)).finally(() =>
      this.#writing.delete(written),
    );
    this.#writing.add(written);
  }

  async #prune(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    if (names.length <= this.#most) return;
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        const used = await stat(path).catch(() => undefined);
        return { path, used: used?.mtimeMs ?? 0 };
      }),
    );
    const oldest = files.sort((a, b) => a.used - b.used).slice(0, names.length - this.#most / 2);
    await Promise.all(oldest.map(({ path }) => rm(path, { force: true }).catch(() => {})));
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 40);
}
