import { FileError } from "../errors.js";
import { type Difference, productDifferences } from "./plan.js";
import { readRecord, recordPath } from "./record.js";

/** Outcome of a check of a run folder. */
export interface Verification {
  /** Number of recorded files. */
  readonly files: number;
  readonly differences: readonly Difference[];
  /** Steps that were stopped before they had finished. */
  readonly unfinished: readonly string[];
}

/**
 * Checks every file of a run against its record.
 *
 * @throws FileError when the folder holds no record
 */
export async function verifyRun(root: string): Promise<Verification> {
  const record = await readRecord(root);
  if (!record) throw new FileError(recordPath(root), "no such file, expected the record of a run");
  const products = record.steps.flatMap((step) => step.products);
  return {
    files: products.length,
    differences: await productDifferences(root, products),
    unfinished: record.steps.filter(({ status }) => status !== "complete").map(({ name }) => name),
  };
}
