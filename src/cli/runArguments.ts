import { readFileSync } from "node:fs";
import { FileError, UsageError } from "../errors.js";
import {
  type Parameters,
  parameterFromText,
  parametersFromYaml,
} from "../notebook/parameters/value.js";

/** Parameters of a command line and the arguments that are left. */
export interface ParameterArguments {
  readonly parameters: Parameters;
  readonly rest: readonly string[];
}

/** Sources of parameters in the order of papermill: later ones win. */
const sources = ["base64", "file", "yaml", "typed", "raw"] as const;
type Source = (typeof sources)[number];

const optionSources: Readonly<Record<string, Source>> = {
  "-b": "base64",
  "--parameters_base64": "base64",
  "--parameters-base64": "base64",
  "-f": "file",
  "--parameters_file": "file",
  "--parameters-file": "file",
  "-y": "yaml",
  "--parameters_yaml": "yaml",
  "--parameters-yaml": "yaml",
  "-p": "typed",
  "--parameters": "typed",
  "-r": "raw",
  "--parameters_raw": "raw",
  "--parameters-raw": "raw",
};

function readSource(
  source: Source,
  option: string,
  [first, second]: readonly string[],
): Parameters {
  if (first === undefined) throw new UsageError(option, "needs a value");
  switch (source) {
    case "base64":
      return parametersFromYaml(Buffer.from(first, "base64").toString("utf8"), option);
    case "file":
      return parametersFromYaml(textOf(first), first);
    case "yaml":
      return parametersFromYaml(first, option);
    case "typed":
    case "raw":
      if (second === undefined) throw new UsageError(option, `${first} needs a value`);
      return { [first]: source === "raw" ? second : parameterFromText(second) };
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FileError(path, `cannot be read as a file of parameters (${code})`, { cause });
  }
}

/**
 * Takes the parameters out of a command line: `-p NAME VALUE` with Python's types, `-r NAME VALUE`
 * as text, `-f FILE`, `-y YAML`, `-b BASE64`, by the precedence of papermill.
 */
export function takeParameters(args: readonly string[]): ParameterArguments {
  const found: Record<Source, Parameters> = { base64: {}, file: {}, yaml: {}, typed: {}, raw: {} };
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [option = "", attached] = splitOption(args[i]!);
    const source = optionSources[option];
    if (!source) {
      rest.push(args[i]!);
      continue;
    }
    const count =
      (source === "typed" || source === "raw" ? 2 : 1) - (attached === undefined ? 0 : 1);
    const values = args.slice(i + 1, i + 1 + count);
    i += count;
    const given = attached === undefined ? values : [attached, ...values];
    found[source] = { ...found[source], ...readSource(source, option, given) };
  }
  return { parameters: Object.assign({}, ...sources.map((source) => found[source])), rest };
}

/** `--option=value` in its parts; anything else as it is. */
function splitOption(argument: string): [string, string?] {
  const at = argument.startsWith("--") ? argument.indexOf("=") : -1;
  return at < 0 ? [argument] : [argument.slice(0, at), argument.slice(at + 1)];
}
