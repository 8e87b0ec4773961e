/** A parameter as the `parameters` cell of a notebook declares it. */
export interface InferredParameter {
  readonly name: string;
  /** type as written; `None` when nothing is said about it */
  readonly type: string;
  /** default as written; empty when there is none */
  readonly default: string;
  readonly help: string;
}

const DEFINITION =
  /^(\w[\w_]*)\s*(?::\s*["']?(\w[\w_[\],\s]*)["']?\s*)?=\s*(.*?)(?:\s*#\s*(?:type:\s*(\S*)\s*)?(.*))?$/;

/**
 * Parameters of a Python cell by papermill's line rules: an assignment may span lines until the
 * next line that holds an equals sign; type by annotation or `# type:`; the rest of the comment on
 * the last line is the help text.
 */
export function inferPython(source: string): InferredParameter[] {
  const definitions: string[] = [];
  let current: string[] = [];
  for (const line of source.split(/\r?\n/)) {
    if (line.trim() === "" || line.trim().startsWith("#")) continue;
    const equals = line.split("=").length - 1;
    if (equals > 0) {
      definitions.push(flatten(current));
      current = [];
      if (equals > 1) continue;
    }
    current.push(line);
  }
  definitions.push(flatten(current));

  const result: InferredParameter[] = [];
  for (const definition of definitions) {
    const match = DEFINITION.exec(definition);
    if (!match) continue;
    const [, name, annotation, value, comment, help] = match;
    result.push({
      name: name!,
      type: (annotation || comment || "None").trim(),
      default: value!.trim(),
      help: (help ?? "").trim(),
    });
  }
  return result;
}

function flatten(lines: readonly string[]): string {
  return lines
    .map((line, index) => (index < lines.length - 1 ? line.replace(/#.*$/, "") : line).trim())
    .join("");
}
