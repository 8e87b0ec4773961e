import { FloatNumber, isMapping, type Parameters, type ParameterValue } from "./value.js";

/** How a language writes the values of parameters. */
export interface Syntax {
  /** comment at the top of the cell */
  readonly header: string;
  readonly none: string;
  readonly true: string;
  readonly false: string;
  /** NaN, Infinity, -Infinity */
  readonly notFinite: readonly [string, string, string];
  /** @param digits of an integer, with its sign */
  readonly integer: (digits: string) => string;
  readonly string: (value: string) => string;
  readonly list: (items: readonly string[]) => string;
  /** @param items keys as they are, values as source */
  readonly mapping: (items: readonly (readonly [key: string, value: string])[]) => string;
  readonly assign: (name: string, value: string) => string;
}

/** Source of a value in a language. */
export function writeValue(syntax: Syntax, value: ParameterValue): string {
  if (value === null || value === undefined) return syntax.none;
  if (typeof value === "boolean") return value ? syntax.true : syntax.false;
  if (typeof value === "string") return syntax.string(value);
  if (typeof value === "bigint") return syntax.integer(value.toString());
  if (typeof value === "number") return writeNumber(syntax, value);
  if (value instanceof FloatNumber) return writeFloat(value.value);
  if (isMapping(value)) {
    const items = Object.entries(value).map(
      ([key, item]) => [key, writeValue(syntax, item)] as const,
    );
    return syntax.mapping(items);
  }
  return syntax.list(value.map((item) => writeValue(syntax, item)));
}

/** Source of a parameters cell: a comment line and one assignment a line. */
export function writeParameters(syntax: Syntax, parameters: Parameters): string {
  const assignments = Object.entries(parameters).map(
    ([name, value]) => `${syntax.assign(name, writeValue(syntax, value))}\n`,
  );
  return `${syntax.header}\n${assignments.join("")}`;
}

function writeNumber(syntax: Syntax, value: number): string {
  if (Number.isNaN(value)) return syntax.notFinite[0];
  if (!Number.isFinite(value)) return syntax.notFinite[value > 0 ? 1 : 2];
  return Number.isSafeInteger(value) && !Object.is(value, -0)
    ? syntax.integer(String(value))
    : writeFloat(value);
}

/** Shortest text of a floating-point number as Python's `repr` writes it. */
export function writeFloat(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
    return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
