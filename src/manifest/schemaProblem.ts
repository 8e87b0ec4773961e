import type { ErrorObject } from "ajv";
import { suggestion } from "./suggestion.js";

/** A place inside a document and what is wrong there. */
export interface Problem {
  /** Dotted path such as `events[0].date`. */
  readonly place: string;
  readonly problem: string;
}

/** Dotted path of a JSON pointer: `/events/0/date` is `events[0].date`. */
export function placeOf(pointer: string, key?: string): string {
  const parts = pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (key !== undefined) parts.push(key);
  return parts
    .map((part, i) => (/^\d+$/.test(part) && i > 0 && key !== part ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
}

/** A value as an error message shows it: short, on one line. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

interface PartSchema {
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly oneOf?: readonly {
    readonly properties: { readonly kind: { readonly const: string } };
  }[];
}

function rangeText({ minimum, exclusiveMinimum, maximum }: PartSchema): string {
  if (exclusiveMinimum !== undefined) {
    const upper = maximum === undefined ? "" : ` and at most ${maximum}`;
    return `is not above ${exclusiveMinimum}${upper}`;
  }
  if (minimum === undefined) return `is above ${maximum}`;
  return maximum === undefined ? `is below ${minimum}` : `is not in ${minimum}..${maximum}`;
}

const typeNames: Readonly<Record<string, string>> = {
  integer: "a whole number",
  number: "a number",
  string: "a text",
  array: "a list",
  object: "a group of keys",
};

/** One line for the first finding of a schema validator run with `verbose`. */
export function schemaProblem(error: ErrorObject): Problem {
  const { keyword, params, data } = error;
  const schema = (error.parentSchema ?? {}) as PartSchema;
  const place = placeOf(error.instancePath);
  const described = schema.description ? `, expected a ${schema.description}` : "";
  switch (keyword) {
    case "additionalProperties": {
      const key = String(params.additionalProperty);
      const known = Object.keys(schema.properties ?? {});
      return {
        place: placeOf(error.instancePath, key),
        problem: `unknown key${suggestion(key, known)}`,
      };
    }
    case "required":
      return {
        place: placeOf(error.instancePath, String(params.missingProperty)),
        problem: "is missing",
      };
    case "discriminator": {
      const kinds = (schema.oneOf ?? []).map((branch) => branch.properties.kind.const);
      const kind = (data as { kind?: unknown }).kind;
      return {
        place: placeOf(error.instancePath, "kind"),
        problem:
          kind === undefined
            ? `is missing, expected one of ${kinds.join(", ")}`
            : `${shown(kind)} is not one of ${kinds.join(", ")}`,
      };
    }
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
      return { place, problem: `${shown(data)} ${rangeText(schema)}` };
    case "enum": {
      const allowed = (params.allowedValues as readonly unknown[]).map(String);
      return { place, problem: `${shown(data)} is not one of ${allowed.join(", ")}` };
    }
    case "type": {
      const types = ([] as string[]).concat(params.type).map((type) => typeNames[type] ?? type);
      return { place, problem: `${shown(data)} is not ${types.join(" or ")}` };
    }
    case "propertyNames":
    case "pattern":
      return keyword === "propertyNames"
        ? {
            place: placeOf(error.instancePath, String(params.propertyName)),
            problem: "is not a raster value from 1 to 65535",
          }
        : { place, problem: `${shown(data)} is not right${described}` };
    default:
      return { place, problem: `${shown(data)} ${error.message ?? "is not right"}${described}` };
  }
}
