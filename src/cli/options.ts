import { parseArgs } from "node:util";
import { UsageError } from "../errors.js";
import type { Overrides } from "../manifest/overrides.js";
import { suggestion } from "../manifest/suggestion.js";

/** Description of a command's options for `node:util` parseArgs. */
export interface OptionTable {
  readonly [name: string]: { type: "string" | "boolean"; multiple?: boolean; short?: string };
}

/** Parsed arguments of a command with the options `T`. */
export interface ParsedOptions<T extends OptionTable> {
  readonly values: ReturnType<typeof parseArgs<{ options: T }>>["values"];
  readonly positionals: readonly string[];
}

/**
 * Parses a command's arguments.
 *
 * @param positionals least and largest number of positional arguments
 * @throws UsageError that names the option, with the nearest known one
 */
export function parseOptions<const T extends OptionTable>(
  args: readonly string[],
  options: T,
  [least, most]: readonly [number, number],
): ParsedOptions<T> {
  const known = Object.keys(options).map((name) => `--${name}`);
  const unknown = args
    .slice(0, args.includes("--") ? args.indexOf("--") : undefined)
    .filter((arg) => arg.startsWith("--"))
    .map((arg) => arg.split("=")[0]!)
    .find((arg) => !known.includes(arg));
  if (unknown) throw new UsageError(unknown, `unknown option${suggestion(unknown, known)}`);
  const parsed = (() => {
    try {
      return parseArgs({ args: [...args], options, allowPositionals: true });
    } catch (error) {
      const [problem] = (error as Error).message.split(". ");
      throw new UsageError("arguments", problem ?? "not understood", { cause: error });
    }
  })();
  const count = parsed.positionals.length;
  if (count < least)
    throw new UsageError("arguments", `${count} given, expected at least ${least}`);
  if (count > most) {
    throw new UsageError(parsed.positionals[most]!, "unexpected argument; see --help");
  }
  return parsed;
}

/** A whole number of an option within bounds. */
export function wholeNumber(option: string, text: string, least = 0, most = 2 ** 31 - 1): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most)
    return value;
  throw new UsageError(
    option,
    `${JSON.stringify(text)} is not a whole number in ${least}..${most}`,
  );
}

/** Whole numbers separated by commas. */
export function wholeNumbers(option: string, text: string): number[] {
  return text.split(",").map((part) => wholeNumber(option, part));
}

/** Manifest values from `name=value` texts: numbers and true or false are taken as such. */
export function readOverrides(option: string, texts: readonly string[] = []): Overrides {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw new UsageError(option, `${JSON.stringify(text)} is not name=value`);
      return [text.slice(0, at), overrideValue(text.slice(at + 1))];
    }),
  );
}

function overrideValue(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}
