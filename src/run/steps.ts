import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors.js";
import type { Parameters } from "../manifest/manifest.js";
import { suggestion } from "../manifest/suggestion.js";
import { packageRoot } from "../packageRoot.js";

/** A notebook of the study. */
export interface Step {
  /** Name of the notebook without suffix, such as `01-retrieve`. */
  readonly name: string;
  /** Path of the notebook. */
  readonly notebook: string;
  /** Whether the training seed enters; without it the step is the same for all seeds. */
  readonly seeded: boolean;
  /** Years below which the step has nothing to compare. */
  readonly minimumYears: number;
  /** Whether the reference is read; no other step may. */
  readonly reference: boolean;
  /** Whether title, attribution and licence are shown; they decide nothing else. */
  readonly named: boolean;
  /** Parameters that the step does not read: it stays as it is when they change. */
  readonly unread: readonly (keyof Parameters)[];
}

const step = (name: string, rest: Partial<Step> = {}): Step => ({
  name,
  notebook: join(packageRoot(), "notebooks", `${name}.ipynb`),
  seeded: true,
  minimumYears: 1,
  reference: false,
  named: false,
  unread: [],
  ...rest,
});

const network = [
  ...["network", "units", "layers", "bidirectional", "layerNorm", "dropout"],
  ...["epochs", "minSteps", "batch", "learningRate", "patience", "balanceClasses"],
  ...["jitterDays", "dropDates", "softLabels"],
] as const satisfies readonly (keyof Parameters)[];
const forest = ["trees", "minConfidence"] as const;
const sampling = ["trainSamples", "validationSamples", "clusters"] as const;

/** The notebooks of a study in order. */
export const steps: readonly Step[] = Object.freeze([
  step("01-retrieve", { seeded: false, named: true, unread: [...sampling, ...forest, ...network] }),
  step("02-cluster", { unread: [...forest, ...network] }),
  step("03-pseudo-labels", { unread: network }),
  step("04-train"),
  step("05-map"),
  step("06-agreement", { minimumYears: 2 }),
  step("07-validate", { reference: true }),
  step("08-paper", { reference: true, named: true }),
]);

/**
 * Position of a step by name (`04-train`), number (`04`) or the word behind it (`train`).
 *
 * @throws UsageError when there is no such step
 */
export function stepIndex(name: string, option: string): number {
  const index = steps.findIndex(
    (step) => step.name === name || step.name.slice(0, 2) === name || step.name.slice(3) === name,
  );
  if (index >= 0) return index;
  const names = steps.map((step) => step.name);
  throw new UsageError(option, `no step ${name}${suggestion(name, names)}`);
}

/** @throws UsageError when a notebook is missing from the package */
export function checkNotebooks(chosen: readonly Step[]): void {
  for (const step of chosen) {
    if (!existsSync(step.notebook)) {
      throw new UsageError(`notebooks/${step.name}.ipynb`, "is missing from the package");
    }
  }
}
