import type { Syntax } from "./translator.js";

const equals = (name: string, value: string) => `${name} = ${value}`;

/** A double-quoted string with Python's unicode escapes. */
function escaped(value: string): string {
  let result = "";
  for (const character of value) {
    const code = character.codePointAt(0)!;
    if (character === "\\") result += "\\\\";
    else if (character === '"') result += '\\"';
    else if (character === "\n") result += "\\n";
    else if (character === "\r") result += "\\r";
    else if (character === "\t") result += "\\t";
    else if (code >= 32 && code < 127) result += character;
    else if (code < 256) result += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (code < 65536) result += `\\u${code.toString(16).padStart(4, "0")}`;
    else result += `\\U${code.toString(16).padStart(8, "0")}`;
  }
  return `"${result}"`;
}

const python: Syntax = {
  comment: "#",
  none: "None",
  true: "True",
  false: "False",
  notFinite: ["float('nan')", "float('inf')", "float('-inf')"],
  string: escaped,
  list: (items) => `[${items.join(", ")}]`,
  mapping: (items) => `{${items.map(([key, value]) => `${key}: ${value}`).join(", ")}}`,
  assign: equals,
};

const r: Syntax = {
  comment: "#",
  none: "NULL",
  true: "TRUE",
  false: "FALSE",
  notFinite: ["NaN", "Inf", "-Inf"],
  string: escaped,
  list: (items) => `list(${items.join(", ")})`,
  mapping: (items) => `list(${items.map(([key, value]) => `${key} = ${value}`).join(", ")})`,
  // a name of R cannot begin with an underscore
  assign: (name, value) => `${name.replace(/^_+/, "")} = ${value}`,
};

const julia: Syntax = {
  comment: "#",
  none: "nothing",
  true: "true",
  false: "false",
  notFinite: ["NaN", "Inf", "-Inf"],
  // `$` would interpolate
  string: (value) => escaped(value).replaceAll("$", "\\$"),
  list: (items) => `[${items.join(", ")}]`,
  mapping: (items) => `Dict(${items.map(([key, value]) => `${key} => ${value}`).join(", ")})`,
  assign: equals,
};

const bash: Syntax = {
  comment: "#",
  none: "",
  true: "true",
  false: "false",
  notFinite: ["nan", "inf", "-inf"],
  string: (value) =>
    /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'"'"'`)}'`,
  list: (items) => `(${items.join(" ")})`,
  assign: (name, value) => `${name}=${value}`,
};

const byName: Readonly<Record<string, Syntax>> = {
  python,
  R: r,
  julia,
  bash,
  pysparkkernel: python,
  sparkrkernel: r,
};

/** Syntax of a notebook's parameters by kernel name, else by language; TypeScript has its own. */
export function syntaxOf(kernel: string, language: string): Syntax | undefined {
  return byName[kernel] ?? byName[language];
}
