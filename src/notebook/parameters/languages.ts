import { NotebookError } from "../../errors.js";
import type { Syntax } from "./translator.js";

const equals = (name: string, value: string) => `${name} = ${value}`;

/** Text with Python's unicode escapes and the given escape of double quotes. */
function escapes(value: string, quote: string): string {
  let result = "";
  for (const character of value) {
    const code = character.codePointAt(0)!;
    if (character === "\\") result += "\\\\";
    else if (character === '"') result += quote;
    else if (character === "\n") result += "\\n";
    else if (character === "\r") result += "\\r";
    else if (character === "\t") result += "\\t";
    else if (code >= 32 && code < 127) result += character;
    else if (code < 256) result += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code < 65536) result += `\\u${code.toString(16).padStart(4, "0")}`;
    else result += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return result;
}

const escaped = (value: string) => `"${escapes(value, '\\"')}"`;
const raw = (digits: string) => digits;

/** Integers beyond 32 bits need a suffix where the plain type is that small. */
const long = (digits: string) => (Math.abs(Number(digits) + 0.5) > 2 ** 31 ? `${digits}L` : digits);

const pairs =
  (between: string, joint = ", ") =>
  (items: readonly (readonly [string, string])[]) =>
    items.map(([key, value]) => `${escaped(key)}${between}${value}`).join(joint);

const python: Syntax = {
  header: "# Parameters",
  none: "None",
  true: "True",
  false: "False",
  notFinite: ["float('nan')", "float('inf')", "float('-inf')"],
  integer: raw,
  string: escaped,
  list: (items) => `[${items.join(", ")}]`,
  mapping: (items) => `{${pairs(": ")(items)}}`,
  assign: equals,
};

const r: Syntax = {
  header: "# Parameters",
  none: "NULL",
  true: "TRUE",
  false: "FALSE",
  notFinite: ["NaN", "Inf", "-Inf"],
  integer: raw,
  string: escaped,
  list: (items) => `list(${items.join(", ")})`,
  mapping: (items) => `list(${pairs(" = ")(items)})`,
  // a name of R cannot begin with an underscore
  assign: (name, value) => `${name.replace(/^_+/, "")} = ${value}`,
};

const julia: Syntax = {
  header: "# Parameters",
  none: "nothing",
  true: "true",
  false: "false",
  notFinite: ["NaN", "Inf", "-Inf"],
  integer: raw,
  // `$` would interpolate
  string: (value) => escaped(value).replaceAll("$", "\\$"),
  list: (items) => `[${items.join(", ")}]`,
  mapping: (items) => `Dict(${pairs(" => ")(items)})`,
  assign: equals,
};

const bash: Syntax = {
  header: "# Parameters",
  none: "",
  true: "true",
  false: "false",
  notFinite: ["nan", "inf", "-inf"],
  integer: raw,
  string: (value) =>
    /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'"'"'`)}'`,
  list: (items) => `(${items.join(" ")})`,
  mapping: () => unwritable("mappings", "bash"),
  assign: (name, value) => `${name}=${value}`,
};

const scala: Syntax = {
  header: "// Parameters",
  none: "None",
  true: "true",
  false: "false",
  notFinite: ["Double.NaN", "Double.PositiveInfinity", "Double.NegativeInfinity"],
  integer: long,
  string: escaped,
  list: (items) => `Seq(${items.join(", ")})`,
  mapping: (items) => `Map(${pairs(" -> ")(items)})`,
  assign: (name, value) => `val ${name} = ${value}`,
};

const matlab: Syntax = {
  header: "% Parameters",
  none: "NaN",
  true: "true",
  false: "false",
  notFinite: ["NaN", "Inf", "-Inf"],
  integer: raw,
  string: (value) => `"${escapes(value, '""')}"`,
  list: (items) => `{${items.join(", ")}}`,
  mapping: (items) => {
    const keys = items.map(([key]) => `'${escapes(key, '"').replaceAll("'", "''")}'`);
    return `containers.Map({${keys.join(", ")}}, {${items.map(([, value]) => value).join(", ")}})`;
  },
  assign: (name, value) => `${name} = ${value};`,
};

const csharp: Syntax = {
  header: "// Parameters",
  get none() {
    return unwritable("values that are missing", "C#");
  },
  true: "true",
  false: "false",
  notFinite: ["Double.NaN", "Double.PositiveInfinity", "Double.NegativeInfinity"],
  integer: long,
  string: escaped,
  list: (items) => `new [] { ${items.join(", ")} }`,
  mapping: (items) => {
    const entries = items.map(([key, value]) => `{ ${escaped(key)} , ${value} }`);
    return `new Dictionary<string,Object>{ ${entries.join(", ")} }`;
  },
  assign: (name, value) => `var ${name} = ${value};`,
};

const fsharp: Syntax = {
  header: "(* Parameters *)",
  none: "None",
  true: "true",
  false: "false",
  notFinite: ["nan", "infinity", "-infinity"],
  integer: long,
  string: escaped,
  list: (items) => `[ ${items.join("; ")} ]`,
  mapping: (items) => {
    const entries = items.map(([key, value]) => `(${escaped(key)}, ${value} :> IComparable)`);
    return `[ ${entries.join("; ")} ] |> Map.ofList`;
  },
  assign: (name, value) => `let ${name} = ${value}`,
};

const powershell: Syntax = {
  header: "# Parameters",
  none: "$Null",
  true: "$True",
  false: "$False",
  notFinite: ["[double]::NaN", "[double]::PositiveInfinity", "[double]::NegativeInfinity"],
  integer: raw,
  string: (value) => `"${escapes(value, '`"')}"`,
  list: (items) => `@(${items.join(", ")})`,
  mapping: (items) =>
    `@{${items.map(([key, value]) => `"${escapes(key, '`"')}" = ${value}`).join("\n ")}}`,
  assign: (name, value) => `$${name} = ${value}`,
};

const byName: Readonly<Record<string, Syntax>> = {
  python,
  R: r,
  scala,
  julia,
  matlab,
  ".net-csharp": csharp,
  ".net-fsharp": fsharp,
  ".net-powershell": powershell,
  pysparkkernel: python,
  sparkkernel: scala,
  sparkrkernel: r,
  bash,
};

/** Syntax of a notebook's parameters by kernel name, else by language; TypeScript has its own. */
export function syntaxOf(kernel: string, language: string): Syntax | undefined {
  return byName[kernel] ?? byName[language];
}

function unwritable(what: string, language: string): never {
  throw new NotebookError("parameters", `${what} cannot be written in ${language}`);
}
