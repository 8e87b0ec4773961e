import { parseDocument, type ScalarTag } from "yaml";
import { NotebookError } from "../../errors.js";
import { isJsonObject, type Json, type JsonObject } from "../document/notebook.js";

/** A number that must stay a floating-point one in languages that tell 2 from 2.0. */
export class FloatNumber {
  constructor(readonly value: number) {}
}

/**
 * Value of a notebook parameter. Integers beyond 2^53 are bigint; a `number` without fraction is
 * an integer, a {@link FloatNumber} is not.
 */
export type ParameterValue =
  | undefined
  | null
  | boolean
  | string
  | number
  | bigint
  | FloatNumber
  | readonly ParameterValue[]
  | { readonly [key: string]: ParameterValue };

/** Parameters by name, in the order in which they are injected. */
export type Parameters = { readonly [name: string]: ParameterValue };

const INTEGER = /^[-+]?\d+(_\d+)*$/;
const FLOAT = /^[-+]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[-+]?\d+(_\d+)*)?$/i;
const NOT_FINITE = /^([-+]?)(nan|inf|infinity)$/i;

/** The value of a word of the command line by papermill's rules, which are Python's. */
export function parameterFromText(text: string): ParameterValue {
  if (text === "True") return true;
  if (text === "False") return false;
  if (text === "None") return null;
  const word = text.trim();
  const digits = word.replaceAll("_", "").replace(/^\+/, "");
  if (INTEGER.test(word)) return integer(BigInt(digits));
  if (FLOAT.test(word)) return new FloatNumber(Number(digits));
  const special = NOT_FINITE.exec(word);
  if (special) {
    if (special[2]!.toLowerCase() === "nan") return Number.NaN;
    return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return text;
}

/**
 * Parameters from YAML or JSON text; dates stay strings.
 *
 * @param name what errors call the text
 * @throws NotebookError when it is not a mapping
 */
export function parametersFromYaml(text: string, name: string): Parameters {
  const document = parseDocument(text, {
    version: "1.1",
    intAsBigInt: true,
    customTags: (tags) =>
      tags
        .filter((tag) => typeof tag === "string" || !tag.tag.endsWith(":timestamp"))
        .map((tag) => {
          if (typeof tag === "string" || !tag.tag.endsWith(":bool")) return tag;
          // for papermill's YAML reader, y and n are names as any other
          const words = tag as ScalarTag;
          return { ...words, test: new RegExp(`^(?![YyNn]$)(?:${words.test?.source})`) };
        }),
  });
  if (document.errors.length > 0) {
    throw new NotebookError(name, document.errors[0]!.message.split("\n")[0]!);
  }
  const value: unknown = document.toJS();
  if (value === null || value === undefined) return {};
  const parameters = fromYaml(value);
  if (!isMapping(parameters))
    throw new NotebookError(name, "expected a mapping of names to values");
  return parameters;
}

function fromYaml(value: unknown): ParameterValue {
  if (typeof value === "bigint") return integer(value);
  if (typeof value === "number") return float(value);
  if (Array.isArray(value)) return value.map(fromYaml);
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fromYaml(item)]));
  }
  return value as ParameterValue;
}

function float(value: number): number | FloatNumber {
  return Number.isInteger(value) ? new FloatNumber(value) : value;
}

function integer(value: bigint): number | bigint {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/** Whether a parameter is a mapping. */
export function isMapping(
  value: ParameterValue,
): value is { readonly [key: string]: ParameterValue } {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof FloatNumber)
  );
}

/** A parameter as JSON for the metadata; NaN, infinities and undefined become strings. */
export function parameterToJson(value: ParameterValue): Json {
  if (value === undefined) return "undefined";
  if (typeof value === "bigint") return value.toString();
  if (value instanceof FloatNumber) return value.value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(parameterToJson);
  if (isMapping(value)) {
    const result: JsonObject = {};
    for (const [key, item] of Object.entries(value)) result[key] = parameterToJson(item);
    return result;
  }
  return value as Json;
}
