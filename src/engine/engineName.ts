import { UsageError } from "../errors.js";

/** Backends that networks run on. */
export type EngineName = "tensorflow" | "webgpu" | "wasm";

/** What `PHENOCOVER_ENGINE` and `--engine` take. */
const engineChoices = Object.freeze(["auto", "tensorflow", "webgpu", "wasm"] as const);

/**
 * The engine that a text asks for.
 *
 * @param source what the error names: the variable or the option
 * @throws UsageError
 */
export function engineChoice(source: string, text = "auto"): (typeof engineChoices)[number] {
  const choice = engineChoices.find((name) => name === text);
  if (choice) return choice;
  throw new UsageError(source, `${JSON.stringify(text)} is not one of ${engineChoices.join(", ")}`);
}
