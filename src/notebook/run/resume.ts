import { statSync } from "node:fs";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { hashOfFile } from "../../files/hashOfFile.js";
import { cellTags } from "../document/cells.js";
import { type Cell, type JsonObject, type Notebook, objectAt } from "../document/notebook.js";
import type { Parameters, ParameterValue } from "../parameters/value.js";
import { cellStatus, papermillOf, portablePath } from "./papermillMetadata.js";

/** Cells that a resumed run executes again: later ones rely on them. */
const ALWAYS = ["parameters", "injected-parameters", "setup"];

/** What an earlier run has finished. */
export interface ResumePoint {
  /** cells that need not run again, with their records and outputs of the earlier run */
  readonly finished: ReadonlyMap<Cell, Cell>;
  /** the first cell of the step where the run goes on; undefined when all steps are finished */
  readonly next: Cell | undefined;
  /** why nothing, or less than was finished, is kept */
  readonly reason: string | undefined;
}

/**
 * Where a run can go on. A cell tagged `checkpoint` ends a step; a step is finished when the earlier
 * run completed all its cells and none of them was edited since.
 *
 * @param notebook with its parameters injected and its records prepared
 * @param earlier output of the earlier run
 * @param inputs checksums of the files that the parameters name, see {@link inputChecksums}
 */
export function resumePoint(
  notebook: Notebook,
  earlier: Notebook,
  inputs: JsonObject,
): ResumePoint {
  const changed = changedInput(notebook, earlier, inputs);
  if (changed !== undefined) {
    return { finished: new Map(), next: notebook.cells[0], reason: changed };
  }
  const finished = new Map<Cell, Cell>();
  let edited: string | undefined;
  for (const step of stepsOf(notebook)) {
    const pairs = step
      .filter((cell) => cell.cell_type === "code")
      .map((cell) => [cell, counterpart(cell, notebook, earlier)] as const);
    const edit = pairs.find(([cell, former]) => former?.source !== cell.source);
    if (edit) edited = `cell ${notebook.cells.indexOf(edit[0]) + 1} was edited`;
    const complete = pairs.every(([, former]) => former && cellStatus(former) === "completed");
    if (edit || !complete) return { finished, next: step[0], reason: edited };
    for (const [cell, former] of pairs) if (!isAlways(cell)) finished.set(cell, former!);
  }
  return { finished, next: undefined, reason: undefined };
}

/** SHA-256 of every file that a parameter names, and of the given ones, by portable path. */
export async function inputChecksums(
  parameters: Parameters,
  files: readonly string[],
  cwd: string,
): Promise<JsonObject> {
  const sums: JsonObject = {};
  for (const path of new Set([...texts(Object.values(parameters)), ...files])) {
    const at = resolve(cwd, path);
    const found = path !== "" && statSync(at, { throwIfNoEntry: false })?.isFile();
    if (found) sums[portablePath(path)] = await hashOfFile(at);
    else if (files.includes(path)) sums[portablePath(path)] = "missing";
  }
  return sums;
}

function texts(value: ParameterValue): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

function isAlways(cell: Cell): boolean {
  return cellTags(cell).some((tag) => ALWAYS.includes(tag));
}

/** Runs of cells up to a checkpoint. */
function stepsOf(notebook: Notebook): Cell[][] {
  const steps: Cell[][] = [[]];
  for (const cell of notebook.cells) {
    steps.at(-1)!.push(cell);
    if (cellTags(cell).includes("checkpoint")) steps.push([]);
  }
  return steps.filter((step) => step.length > 0);
}

/** A cell's copy in the earlier output: by id; an injected cell has a new id in every run. */
function counterpart(cell: Cell, notebook: Notebook, earlier: Notebook): Cell | undefined {
  if (!cellTags(cell).includes("injected-parameters")) {
    return earlier.cells.find(({ id }) => id === cell.id);
  }
  const injected = ({ cells }: Notebook) =>
    cells.filter((item) => cellTags(item).includes("injected-parameters"));
  return injected(earlier)[injected(notebook).indexOf(cell)];
}

/** What differs between the runs before any cell is looked at; undefined when nothing does. */
function changedInput(
  notebook: Notebook,
  earlier: Notebook,
  inputs: JsonObject,
): string | undefined {
  const now = papermillOf(notebook);
  const then = papermillOf(earlier);
  if (now.version !== then.version) return `phenocover ${then.version} became ${now.version}`;
  const kernels = [notebook, earlier].map(({ metadata }) => objectAt(metadata, "kernelspec").name);
  if (kernels[0] !== kernels[1]) return `kernel ${kernels[1]} became ${kernels[0]}`;
  const parameter = firstDifference(objectAt(now, "parameters"), objectAt(then, "parameters"));
  if (parameter !== undefined) return `parameter ${parameter} changed`;
  const file = firstDifference(
    inputs,
    objectAt(objectAt(earlier.metadata, "phenocover"), "inputs"),
  );
  return file === undefined ? undefined : `${file} changed`;
}

function firstDifference(a: JsonObject, b: JsonObject): string | undefined {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.find((name) => !isDeepStrictEqual(a[name], b[name]));
}
