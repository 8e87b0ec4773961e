import { readNotebook } from "./document/readNotebook.js";
import type { InferredParameter } from "./parameters/infer.js";
import { declaredParameters, languageOf } from "./parameters/inject.js";

/**
 * Parameters that a notebook declares in its cell tagged `parameters`.
 *
 * @param path file, or `-` for stdin
 * @returns undefined when the cell is missing, `"unknown"` when its language is not understood
 * @throws FileError when the notebook cannot be read, NotebookError when a TypeScript cell holds
 *   something that cannot be a parameter
 */
export async function inspectNotebook(
  path: string,
): Promise<readonly InferredParameter[] | "unknown" | undefined> {
  const notebook = await readNotebook(path);
  return declaredParameters(notebook, { ...languageOf(notebook, {}), name: path });
}
