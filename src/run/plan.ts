import { stat } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../errors.js";
import { checksumFiles, type FileChecksum, hashOfValue } from "./checksum.js";
import type { RunRecord, StepRecord } from "./record.js";
import { changedParts, type StepBasis } from "./stepHash.js";
import { type Step, stepIndex, steps } from "./steps.js";

/** Which steps are asked for. */
export interface StepChoice {
  /** This step alone. */
  readonly only?: string;
  /** This step and those after it. */
  readonly from?: string;
  /** Compute also what is unchanged. */
  readonly force?: boolean;
}

/** A step of a run and whether it is looked at. */
export interface ChosenStep {
  readonly step: Step;
  readonly chosen: boolean;
  /** Why the step does not apply to this region. */
  readonly inapplicable: string | null;
}

/** The steps of a region of the given number of years, and which of them are asked for. */
export function chooseSteps(years: number, { only, from }: StepChoice): ChosenStep[] {
  if (only && from) throw new UsageError("--only", "cannot be combined with --from");
  const first = from ? stepIndex(from, "--from") : 0;
  const single = only ? stepIndex(only, "--only") : null;
  return steps.map((step, i) => ({
    step,
    chosen: single === null ? i >= first : i === single,
    inapplicable:
      years < step.minimumYears
        ? `compares ${step.minimumYears} years or more, the study has ${years}`
        : null,
  }));
}

/** Whether a step must be computed, and why. */
export type Verdict =
  | { readonly run: false }
  | { readonly run: true; readonly reason: string; readonly resume: boolean };

/**
 * Compares a step with its record: same hash and untouched products mean that nothing is to do.
 * A stopped step of the same hash is resumed on what it has left.
 */
export async function judgeStep(
  root: string,
  record: StepRecord | undefined,
  basis: StepBasis,
  force: boolean,
): Promise<Verdict> {
  const hash = hashOfValue(basis);
  if (!record) return { run: true, reason: "not computed yet", resume: false };
  if (force) return { run: true, reason: "forced", resume: false };
  if (record.hash !== hash) {
    const changed = changedParts(record.basis, basis).join(", ");
    return { run: true, reason: `changed: ${changed}`, resume: false };
  }
  if (record.status === "started") return { run: true, reason: "was stopped", resume: true };
  const damaged = await firstDifference(root, record.products);
  return damaged ? { run: true, reason: damaged, resume: false } : { run: false };
}

/** The first product that is missing or differs from its checksum, in words. */
async function firstDifference(
  root: string,
  products: readonly FileChecksum[],
): Promise<string | null> {
  const differences = await productDifferences(root, products);
  return differences[0] ? `${differences[0].path} ${differences[0].problem}` : null;
}

/** A product that is not as recorded. */
export interface Difference {
  readonly path: string;
  readonly problem: string;
}

/** Every product that is missing or has other bytes than recorded. */
export async function productDifferences(
  root: string,
  products: readonly FileChecksum[],
): Promise<Difference[]> {
  const problems = new Map<string, string>();
  const sound: FileChecksum[] = [];
  for (const product of products) {
    const found = await stat(join(root, product.path)).catch(() => null);
    if (!found) problems.set(product.path, "is missing");
    else if (found.size === product.bytes) sound.push(product);
    else problems.set(product.path, `has ${found.size} bytes, recorded were ${product.bytes}`);
  }
  const checksums = await checksumFiles(sound.map(({ path }) => ({ path, at: join(root, path) })));
  for (const [i, { path, sha256 }] of checksums.entries()) {
    if (sha256 !== sound[i]!.sha256) problems.set(path, "has another checksum than recorded");
  }
  return products.flatMap(({ path }) => {
    const problem = problems.get(path);
    return problem ? [{ path, problem }] : [];
  });
}

/** Products that no later step reads. */
const shown = ["notebooks/", "figures/", "report.html"];

/** Products of the given steps that later ones may read. */
export function productsOf(record: RunRecord, names: readonly string[]): FileChecksum[] {
  return record.steps
    .filter(({ name }) => names.includes(name))
    .flatMap(({ products }) => products)
    .filter(({ path }) => !shown.some((start) => path.startsWith(start)));
}
