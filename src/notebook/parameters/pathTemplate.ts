import { randomUUID } from "node:crypto";
import { NotebookError } from "../../errors.js";
import { writeFloat } from "./translator.js";
import { FloatNumber, isMapping, type Parameters, type ParameterValue } from "./value.js";

type Field = ParameterValue | Date;

const FIELD = /\{\{|\}\}|\{([^{}:!]*)(?:![rs])?(?::([^{}]*))?\}|[{}]/g;
const SPEC = /^(?:(.)?([<>=^]))?([-+ ]?)(0?)(\d*)(,?)(?:\.(\d+))?([a-zA-Z%]?)$/;

/**
 * Fills a path in Python's `str.format` syntax, such as `out_{region}_{year:04d}.ipynb`, from the
 * parameters and `pm[run_uuid]`, `pm[current_datetime_local]`, `pm[current_datetime_utc]`.
 *
 * @param now time of the run
 * @throws NotebookError when a parameter is missing or a format is not understood
 */
export function fillPath(path: string, parameters: Parameters, now: Date): string {
  if (!/[{}]/.test(path)) return path;
  const pm: Record<string, Field> = {
    run_uuid: randomUUID(),
    current_datetime_utc: now,
    current_datetime_local: new Date(now.getTime() - now.getTimezoneOffset() * 60_000),
  };
  return path.replace(FIELD, (match: string, field?: string, spec?: string) => {
    if (match === "{{") return "{";
    if (match === "}}") return "}";
    if (field === undefined) throw new NotebookError(path, `a single '${match}' in the path`);
    const [name = "", ...keys] = field.split(/[[\].]+/).filter((part) => part !== "");
    const missing = () => new NotebookError(path, `Missing parameter '${name}'`);
    let value: Field | Record<string, Field>;
    if (Object.hasOwn(parameters, name)) value = parameters[name];
    else if (name === "pm") value = pm;
    else throw missing();
    for (const key of keys) {
      const holder: unknown = value;
      if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, key)) {
        throw new NotebookError(path, `'${field}' is not in the parameters`);
      }
      value = (holder as Record<string, Field>)[key];
    }
    return format(path, value as Field, spec ?? "");
  });
}

function format(path: string, value: Field, spec: string): string {
  if (value instanceof Date) return spec === "" ? timeText(value) : strftime(value, spec);
  const match = SPEC.exec(spec);
  if (!match) throw new NotebookError(path, `format '${spec}' is not understood`);
  const [, fill, align, sign, zero, width, comma, precision, type] = match;
  const number =
    value instanceof FloatNumber
      ? value.value
      : typeof value === "number" || typeof value === "bigint"
        ? Number(value)
        : undefined;
  let text: string;
  if (number === undefined || type === "s" || (type === "" && precision === undefined)) {
    text = pythonText(value);
    if (type !== "" && type !== "s") {
      throw new NotebookError(
        path,
        `format '${spec}' needs a number, found ${JSON.stringify(value)}`,
      );
    }
    if (number === undefined && precision !== undefined) text = text.slice(0, Number(precision));
  } else {
    text = numberText(path, number, type!, precision === undefined ? undefined : Number(precision));
  }
  if (comma) text = text.replace(/\d+/, (digits) => Number(digits).toLocaleString("en-US"));
  if (number !== undefined && sign !== "" && sign !== "-" && !text.startsWith("-")) {
    text = sign + text;
  }
  const length = Number(width || 0);
  if (zero && !align) {
    const head = /^[-+ ]?/.exec(text)![0];
    return head + text.slice(head.length).padStart(length - head.length, "0");
  }
  const filler = fill ?? " ";
  const side = align ?? (number === undefined ? "<" : ">");
  if (side === "<") return text.padEnd(length, filler);
  if (side === "^") {
    const half = text.length + Math.floor((length - text.length) / 2);
    return text.padStart(half, filler).padEnd(length, filler);
  }
  return text.padStart(length, filler);
}

function numberText(path: string, value: number, type: string, precision?: number): string {
  switch (type) {
    case "d":
      if (!Number.isInteger(value)) throw new NotebookError(path, `format 'd' of ${value}`);
      return String(value);
    case "f":
    case "F":
      return value.toFixed(precision ?? 6);
    case "e":
      return value.toExponential(precision ?? 6).replace(/e([-+])(\d)$/, "e$10$2");
    case "%":
      return `${(value * 100).toFixed(precision ?? 6)}%`;
    case "x":
      return value.toString(16);
    case "g":
    case "":
      return String(Number(value.toPrecision(precision || 6)));
    default:
      throw new NotebookError(path, `format type '${type}' is not understood`);
  }
}

/** A value as Python's `str` writes it. */
function pythonText(value: Field): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value instanceof FloatNumber) return writeFloat(value.value);
  if (typeof value === "number" && !Number.isInteger(value)) {
    if (Number.isNaN(value)) return "nan";
    return Number.isFinite(value) ? writeFloat(value) : value > 0 ? "inf" : "-inf";
  }
  const quoted = (item: ParameterValue) =>
    typeof item === "string" ? `'${item}'` : pythonText(item);
  if (Array.isArray(value)) return `[${value.map(quoted).join(", ")}]`;
  if (!(value instanceof Date) && isMapping(value)) {
    return `{${Object.entries(value)
      .map(([key, item]) => `'${key}': ${quoted(item)}`)
      .join(", ")}}`;
  }
  return String(value);
}

function timeText(time: Date): string {
  return time.toISOString().replace("T", " ").replace("Z", "000");
}

function strftime(time: Date, spec: string): string {
  const digits = (value: number, length = 2) => String(value).padStart(length, "0");
  const dayOfYear = Math.floor(
    (time.getTime() - Date.UTC(time.getUTCFullYear(), 0, 1)) / 86_400_000,
  );
  const codes: Record<string, string> = {
    Y: String(time.getUTCFullYear()),
    y: digits(time.getUTCFullYear() % 100),
    m: digits(time.getUTCMonth() + 1),
    d: digits(time.getUTCDate()),
    H: digits(time.getUTCHours()),
    M: digits(time.getUTCMinutes()),
    S: digits(time.getUTCSeconds()),
    f: digits(time.getUTCMilliseconds() * 1000, 6),
    j: digits(dayOfYear + 1, 3),
    F: time.toISOString().slice(0, 10),
    T: time.toISOString().slice(11, 19),
    "%": "%",
  };
  return spec.replace(/%(.)/g, (match, code: string) => codes[code] ?? match);
}
