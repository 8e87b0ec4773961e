import { NotebookError } from "../../errors.js";
import { cellTags, codeCell, findTagged } from "../document/cells.js";
import { type CodeCell, type Notebook, objectAt } from "../document/notebook.js";
import { type InferredParameter, inferPython } from "./infer.js";
import { syntaxOf } from "./languages.js";
import { MASK } from "./secretNames.js";
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
  /** whether the value of a parameter must not be seen in the notebook */
  readonly hides: (name: string) => boolean;
  readonly warn: (message: string) => void;
}

/**
 * Language of a notebook from its metadata.
 *
 * @throws NotebookError when it names none and no override is given
 */
export function languageOf(
  notebook: Notebook,
  overrides: { kernelName?: string; language?: string },
): NotebookLanguage {
  const kernelspec = objectAt(notebook.metadata, "kernelspec");
  const info = objectAt(notebook.metadata, "language_info");
  const kernel = overrides.kernelName ?? kernelspec.name;
  if (typeof kernel !== "string" || kernel === "") {
    throw new NotebookError("kernel", "the notebook names none and --kernel gives none");
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
 * @throws NotebookError when a TypeScript cell holds something that cannot be a parameter
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

/** The cell with the parameters of a run, and the code that it stands for. */
export interface InjectedCell {
  /** in the notebook; values that must not be seen are masked */
  readonly cell: CodeCell;
  /** what the kernel executes */
  readonly source: string;
}

/**
 * Puts a cell with parameters behind the `parameters` cell, in place of one that an earlier run
 * injected, or at the top.
 *
 * @throws NotebookError for unknown, missing or wrongly typed parameters and for a language that
 *   parameters cannot be written in
 */
export function injectParameters(
  notebook: Notebook,
  parameters: Parameters,
  options: InjectOptions,
): InjectedCell {
  const index = findTagged(notebook, "parameters");
  const declared = declaredParameters(notebook, options);
  if (declared === undefined) {
    options.warn("Input notebook does not contain a cell with tag 'parameters'");
  } else if (declared === "unknown") {
    options.warn(`Parameters of '${options.language}' notebooks are not checked`);
  } else {
    refuseUnknown(parameters, declared, options);
  }
  const write = writerFor(options, notebook.cells[index]?.source);
  const hidden = Object.keys(parameters).filter(options.hides);
  const source = write(parameters, []);
  const cell = codeCell(hidden.length === 0 ? source : write(parameters, hidden), [
    "injected-parameters",
  ]);
  const former = notebook.cells.findIndex((item) => cellTags(item).includes("injected-parameters"));
  if (former >= 0) notebook.cells.splice(former, 1, cell);
  else notebook.cells.splice(index + 1, 0, cell);
  return { cell, source };
}

/** What writes parameters as source, with the values of hidden ones masked. */
function writerFor(
  options: InjectOptions,
  parametersCell: string | undefined,
): (parameters: Parameters, hidden: readonly string[]) => string {
  if (isTypeScript(options)) {
    const place = `${options.name}: parameters cell`;
    const declared = parametersCell === undefined ? [] : readTypeScriptCell(parametersCell, place);
    return (parameters, hidden) => writeTypeScript(parameters, declared, hidden);
  }
  const syntax = syntaxOf(options.kernel, options.language);
  if (syntax === undefined) {
    throw new NotebookError(
      "parameters",
      `cannot be written for kernel '${options.kernel}' or language '${options.language}'`,
    );
  }
  return (parameters, hidden) => {
    const masked = Object.fromEntries(hidden.map((name) => [name, MASK]));
    return writeParameters(syntax, { ...parameters, ...masked });
  };
}

/** Defaults of a notebook's parameters that are texts. */
export function defaultTexts(
  notebook: Notebook,
  options: NotebookLanguage & { name: string },
): Record<string, string> {
  const declared = declaredParameters(notebook, options);
  if (declared === undefined || declared === "unknown") return {};
  return Object.fromEntries(
    declared.flatMap(({ name, default: source }) => {
      const text = /^(["'`])(.*)\1$/.exec(source)?.[2];
      return text === undefined ? [] : [[name, text]];
    }),
  );
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
      throw new NotebookError(
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
 * @throws NotebookError naming the first that is not
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
      throw new NotebookError(
        `parameter ${parameter.name}`,
        `${options.name} needs it (${parameter.type})`,
      );
    }
  }
}
