import { isJsonObject, type Json, type JsonObject } from "../document/notebook.js";

/** What the line before a cell says about it. */
export interface CellMarker {
  readonly type: "code" | "markdown" | "raw";
  readonly metadata: JsonObject;
}

const MARKER = /^\s*\/\/\s*%%(%*)(.*)$/;
const TYPE = /\[(markdown|md|raw)\]/;
const KEY = /(?:^|\s)([A-Za-z_][\w.-]*)=/;

/** Whether a line starts a cell. */
export function isMarker(line: string): boolean {
  return /^\s*\/\/\s*%%(%*)(\s|$)/.test(line);
}

/**
 * The line that starts a cell, as jupytext writes it: `// %% [markdown] tags=["intro"]`. Metadata
 * whose names it cannot write so stand as one JSON object.
 */
export function writeMarker({ type, metadata }: CellMarker): string {
  const entries = Object.entries(metadata);
  const plain = entries.every(([key]) => /^[A-Za-z_][\w.-]*$/.test(key));
  const options = plain
    ? entries.map(([key, value]) => `${key}=${spaced(value)}`)
    : [spaced(metadata)];
  return ["// %%", ...(type === "code" ? [] : [`[${type}]`]), ...options].join(" ");
}

/** The marker in a line; undefined when the line starts no cell. */
export function readMarker(line: string): CellMarker | undefined {
  const match = isMarker(line) ? MARKER.exec(line) : null;
  if (match === null) return undefined;
  const rest = match[2]!;
  const start = Math.min(indexOf(rest, KEY), indexOf(rest, /\{/));
  const head = rest.slice(0, start);
  const word = TYPE.exec(head)?.[1];
  const title = head.replace(TYPE, "").trim();
  const metadata: JsonObject = {
    ...(match[1] !== "" && { cell_depth: match[1]!.length }),
    ...(title !== "" && { title }),
    ...readOptions(rest.slice(start)),
  };
  const type = word === undefined ? "code" : word === "raw" ? "raw" : "markdown";
  return { type, metadata };
}

function indexOf(text: string, pattern: RegExp): number {
  const at = text.search(pattern);
  return at < 0 ? text.length : at;
}

/** `key=value` pairs or one JSON object; what cannot be read is left out. */
function readOptions(text: string): JsonObject {
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) {
    const value = parsed(trimmed);
    return isJsonObject(value) ? value : {};
  }
  const metadata: JsonObject = {};
  let rest = trimmed;
  for (let match = KEY.exec(rest); match !== null; match = KEY.exec(rest)) {
    rest = rest.slice(match.index + match[0].length);
    const end = valueLength(rest);
    const value = parsed(rest.slice(0, end));
    if (value !== undefined) metadata[match[1]!] = value;
    rest = rest.slice(end);
  }
  return metadata;
}

/** Length of the JSON value at the start of `text`: up to a blank outside of strings and brackets. */
function valueLength(text: string): number {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quoted) {
      if (character === "\\") at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if ("[{".includes(character)) depth++;
    else if ("]}".includes(character)) depth--;
    else if (depth === 0 && /\s/.test(character)) return at;
  }
  return text.length;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON on one line with blanks after colons and commas, as Python writes it. */
function spaced(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const items = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${spaced(item)}`,
  );
  return `{${items.join(", ")}}`;
}
