import { UsageError } from "../../errors.js";
import { cellTags, codeCell, findTagged } from "../document/cells.js";
import { type CodeCell, type Notebook, objectAt } from "../document/notebook.js";
import { type InferredParameter, inferPython } from "./infer.js";
import { syntaxOf } from "./languages.js";
import { writeParameters } from "./translator.js";
import { readTypeScriptCell, writeTypeScript } from "./typescriptCell.js";
import type { Parameters } from "./value.js";

/** Which kernel and language a notebook is written for. */
export interface NotebookLanguage {
  readonly kernel: string;
  readonly language: string;
}

/** What injecting parameters needs to know besides their values. */
export interface InjectOptions extends NotebookLanguage {
  /** name of the notebook in errors */
  readonly name: string;
  /** only warn about names that the parameters cell does not declare */
  readonly allowUnknown: boolean;
  /** names that are never unknown: the runner's own */
  readonly builtIn: ReadonlySet<string>;
  readonly warn: (message: string) => void;
}

/**
 * Language of a notebook from its metadata.
 *
 * @throws UsageError when it names none and no override is given
 */
export function languageOf(
  notebook: Notebook,
  overrides: { kernelName?: string; language?: string },
): NotebookLanguage {
  const kernelspec = objectAt(notebook.metadata, "kernelspec");
  const info = objectAt(notebook.metadata, "language_info");
  const kernel = overrides.kernelName ?? kernelspec.name;
  if (typeof kernel !== "string" || kernel === "") {
    throw new UsageError("--kernel", "the notebook names no kernel and none was given");
  }
  const language = overrides.language ?? info.name ?? kernelspec.language ?? "";
  return { kernel, language: typeof language === "string" ? language : "" };
}

/** Whether a notebook's cells are TypeScript. */
export function isTypeScript({ kernel, language }: NotebookLanguage): boolean {
  return language === "typescript" || ["phenocover", "tslab"].includes(kernel);
}

/**
 * Parameters that a notebook declares in the cell tagged `parameters`.
 *
 * @returns undefined when the cell is missing, `"unknown"` when its language is not understood
 * @throws UsageError when a TypeScript cell holds something that cannot be a parameter
 */
export function declaredParameters(
  notebook: Notebook,
  options: NotebookLanguage & { name: string },
): readonly InferredParameter[] | "unknown" | undefined {
  const cell = notebook.cells[findTagged(notebook, "parameters")];
  if (cell === undefined) return undefined;
  if (isTypeScript(options)) {
    return readTypeScriptCell(cell.source, `${options.name}: parameters cell`);
  }
  const python = [options.kernel, options.language].some((name) =>
    ["python", "pysparkkernel"].includes(name),
  );
  return python ? inferPython(cell.source) : "unknown";
}

/**
 * Puts a cell with parameters behind the `parameters` cell, in place of one that an earlier run
 * injected, or at the top.
 *
 * @throws UsageError for unknown, missing or wrongly typed parameters and for a language that
 *   parameters cannot be written in
 */
export function injectParameters(
  notebook: Notebook,
  parameters: Parameters,
  options: InjectOptions,
): CodeCell {
  const typeScript = isTypeScript(options);
  const syntax = syntaxOf(options.kernel, options.language);
  if (!typeScript && syntax === undefined) {
    throw new UsageError(
      "parameters",
      `cannot be written for kernel '${options.kernel}' or language '${options.language}'`,
    );
  }
  const index = findTagged(notebook, "parameters");
  const declared = declaredParameters(notebook, options);
  if (declared === undefined) {
    options.warn("Input notebook does not contain a cell with tag 'parameters'");
  } else if (declared === "unknown") {
    options.warn(`Parameters of '${options.language}' notebooks are not checked`);
  } else {
    refuseUnknown(parameters, declared, options);
  }
  const source = typeScript
    ? writeTypeScript(
        parameters,
        index < 0
          ? []
          : readTypeScriptCell(notebook.cells[index]!.source, `${options.name}: parameters cell`),
      )
    : writeParameters(syntax!, parameters);

  const cell = codeCell(source, ["injected-parameters"]);
  const former = notebook.cells.findIndex((item) => cellTags(item).includes("injected-parameters"));
  if (former >= 0) notebook.cells.splice(former, 1, cell);
  else notebook.cells.splice(index + 1, 0, cell);
  return cell;
}

function refuseUnknown(
  parameters: Parameters,
  declared: readonly InferredParameter[],
  options: InjectOptions,
): void {
  const known = new Set(declared.map((parameter) => parameter.name));
  for (const name of Object.keys(parameters)) {
    if (known.has(name) || options.builtIn.has(name)) continue;
    if (!options.allowUnknown) {
      throw new UsageError(
        `parameter ${name}`,
        `${options.name} does not declare it (${[...known].join(", ") || "it declares none"}); --allow-unknown injects it all the same`,
      );
    }
    options.warn(`Passed unknown parameter: ${name}`);
  }
}

/**
 * Checks that every parameter without a default is given.
 *
 * @throws UsageError naming the first that is not
 */
export function requireParameters(
  notebook: Notebook,
  parameters: Parameters,
  options: NotebookLanguage & { name: string },
): void {
  const cell = notebook.cells[findTagged(notebook, "parameters")];
  if (cell === undefined || !isTypeScript(options)) return;
  const place = `${options.name}: parameters cell`;
  for (const parameter of readTypeScriptCell(cell.source, place)) {
    if (parameter.required && !Object.hasOwn(parameters, parameter.name)) {
      throw new UsageError(
        `parameter ${parameter.name}`,
        `${options.name} needs it (${parameter.type})`,
      );
    }
  }
}
