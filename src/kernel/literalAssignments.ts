/**
 * Values that a cell gives to names of earlier cells, where it holds nothing but assignments of
 * literals to names with plain types, as a runner's parameters do: they change with every run, and
 * no compiler is needed to check them. Undefined for all other cells, wrong values included.
 *
 * @param declarations of the names of earlier cells, as the compiler writes them
 */
export function literalAssignments(
  source: string,
  declarations: string,
): ReadonlyMap<string, unknown> | undefined {
  const values = new Map<string, unknown>();
  for (const line of source.split("\n")) {
    if (/^(\/\/.*)?$/.test(line.trim())) continue;
    const [, name, text] = /^([A-Za-z_$][\w$]*) = (.+);$/.exec(line) ?? [];
    if (name === undefined || text === undefined) return undefined;
    const accepts = acceptor(name, declarations);
    const literal = literalOf(text);
    if (accepts === undefined || literal === undefined || !accepts(literal.value)) return undefined;
    values.set(name, literal.value);
  }
  return values.size > 0 ? values : undefined;
}

/** Whether a cell was written by a runner to set parameters. */
export function isInjected(source: string): boolean {
  return source.startsWith("// Parameters\n");
}

type Accepts = (value: unknown) => boolean;

/** Tells which values the declared type of a `let` takes; undefined where only the compiler can. */
function acceptor(name: string, declarations: string): Accepts | undefined {
  // A comment could hold anything, and a type of the notebook may be called Record.
  if (declarations.includes("/*") || /\bRecord\b(?!<string, )/.test(declarations)) return undefined;
  const line = `declare let ${name}: `;
  const found = declarations.split("\n").filter((text) => text.startsWith(line));
  return found.length === 1 ? typeOf(found[0]!.slice(line.length)) : undefined;
}

const TOKEN =
  /\s*(Record<string, |string|number|boolean|null|undefined|true|false|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?\b|\[\]|[()|>;])/y;

/** Reads a type that ends with a semicolon. */
function typeOf(text: string): Accepts | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  let at = 0;
  const union = (): Accepts | undefined => {
    const members: Accepts[] = [];
    do {
      const member = array();
      if (member === undefined) return undefined;
      members.push(member);
    } while (tokens[at] === "|" && ++at);
    return (value) => members.some((accepts) => accepts(value));
  };
  const array = (): Accepts | undefined => {
    let type = single();
    for (; type !== undefined && tokens[at] === "[]"; at++) {
      const item = type;
      type = (value) => Array.isArray(value) && value.every(item);
    }
    return type;
  };
  const single = (): Accepts | undefined => {
    const token = tokens[at++];
    switch (token) {
      case "string":
      case "number":
      case "boolean":
      case "undefined":
        return (value) => typeof value === token;
      case "(": {
        const inner = union();
        return tokens[at++] === ")" ? inner : undefined;
      }
      case "Record<string, ": {
        const item = union();
        if (item === undefined || tokens[at++] !== ">") return undefined;
        return (value) => isPlainObject(value) && Object.values(value).every(item);
      }
    }
    if (token === undefined || /^[|>;)[]/.test(token)) return undefined;
    const { value: literal } = literalOf(token) ?? {};
    return (value) => value === literal;
  };
  const type = union();
  return tokens[at] === ";" && at === tokens.length - 1 ? type : undefined;
}

/** Value of a literal that means the same in JSON and in TypeScript. */
function literalOf(text: string): { readonly value: unknown } | undefined {
  if (text === "undefined") return { value: undefined };
  if (/^-?Infinity$|^NaN$/.test(text)) return { value: Number(text) };
  // In TypeScript this key sets the prototype.
  if (text.includes("__proto__")) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
