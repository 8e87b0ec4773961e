import type TypeScript from "typescript";
import { NotebookError } from "../../errors.js";
import { type Compiler, loadTypeScript } from "../../kernel/loadTypeScript.js";
import type { InferredParameter } from "./infer.js";
import { isSecretName, MASK } from "./secretNames.js";
import { acceptsValue, typeOfLiteral } from "./typescriptTypes.js";
import { FloatNumber, isMapping, type Parameters, type ParameterValue } from "./value.js";

/** A parameter of a TypeScript cell: `let name: type = literal; // help`. */
export interface DeclaredParameter extends InferredParameter {
  readonly line: number;
  readonly required: boolean;
  readonly accepts: (value: ParameterValue) => boolean;
}

/** A declaration that cannot be a parameter. */
export interface ParameterFault {
  readonly line: number;
  readonly problem: string;
}

/**
 * Parameters of a TypeScript cell.
 *
 * @param place what errors call the cell
 * @throws NotebookError when {@link parseTypeScriptCell} finds a fault
 */
export function readTypeScriptCell(source: string, place: string): DeclaredParameter[] {
  const { parameters, faults } = parseTypeScriptCell(source);
  const [fault] = faults;
  if (fault) throw new NotebookError(`${place}, line ${fault.line}`, fault.problem);
  return parameters;
}

/**
 * Parameters of a TypeScript cell, and what cannot be one: a `const`, or a default that is not a
 * literal. An injected value could not reach it, or would not reach what was computed from it.
 */
export function parseTypeScriptCell(source: string): {
  parameters: DeclaredParameter[];
  faults: ParameterFault[];
} {
  const ts = loadTypeScript();
  const file = ts.createSourceFile("parameters.ts", source, ts.ScriptTarget.ES2022, true);
  const parameters: DeclaredParameter[] = [];
  const faults: ParameterFault[] = [];
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    const kind = statement.declarationList.flags & ts.NodeFlags.BlockScoped;
    for (const declaration of statement.declarationList.declarations) {
      const line = file.getLineAndCharacterOfPosition(declaration.getStart()).line + 1;
      const name = declaration.name.getText(file);
      const fail = (problem: string) => faults.push({ line, problem: `${name} ${problem}` });
      if (!ts.isIdentifier(declaration.name)) fail("is a pattern, expected a single name");
      if (kind === ts.NodeFlags.Const) fail("is a const, expected let");
      const { initializer, type } = declaration;
      if (initializer && !isLiteral(ts, initializer)) {
        fail(`has a computed default (${initializer.getText(file)}), expected a literal`);
      }
      const known = type ?? (initializer && typeOfLiteral(ts, initializer));
      parameters.push({
        name,
        line,
        type: typeof known === "string" ? known : (known?.getText(file) ?? "None"),
        default: initializer?.getText(file) ?? "",
        help: helpOf(ts, file, statement),
        required: initializer === undefined,
        accepts: (value) => known === undefined || acceptsValue(ts, known, value),
      });
    }
  }
  return { parameters, faults };
}

function isLiteral(ts: Compiler, node: TypeScript.Expression): boolean {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
    return isLiteral(ts, node.expression);
  }
  if (ts.isParenthesizedExpression(node)) return isLiteral(ts, node.expression);
  if (ts.isPrefixUnaryExpression(node)) return isLiteral(ts, node.operand);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every((item) => isLiteral(ts, item));
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.every(
      (item) => ts.isPropertyAssignment(item) && isLiteral(ts, item.initializer),
    );
  }
  if (ts.isIdentifier(node)) return ["undefined", "NaN", "Infinity"].includes(node.text);
  return (
    ts.isLiteralExpression(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    node.kind === ts.SyntaxKind.NullKeyword
  );
}

/** The comment behind a declaration, else the one above it. */
function helpOf(
  ts: Compiler,
  file: TypeScript.SourceFile,
  statement: TypeScript.Statement,
): string {
  const text = file.text;
  const ranges =
    ts.getTrailingCommentRanges(text, statement.end) ??
    ts.getLeadingCommentRanges(text, statement.getFullStart()) ??
    [];
  const range = ranges.at(-1);
  if (range === undefined) return "";
  return text
    .slice(range.pos, range.end)
    .replace(/^\/\/\s?|^\/\*+\s?|\s*\*+\/$/g, "")
    .replace(/\n\s*\*\s?/g, " ")
    .trim();
}

/**
 * Source of the injected cell: plain assignments of literals to declared names, so that their
 * declared types stay; names that the cell does not declare are declared here.
 *
 * @param hidden parameters whose values are masked
 * @throws NotebookError when a value does not fit the declared type
 */
export function writeTypeScript(
  parameters: Parameters,
  declared: readonly DeclaredParameter[],
  hidden: readonly string[] = [],
): string {
  const byName = new Map(declared.map((parameter) => [parameter.name, parameter]));
  const lines = Object.entries(parameters).map(([name, given]) => {
    const parameter = byName.get(name);
    const value = parameter ? fitted(given, parameter) : given;
    if (parameter && !parameter.accepts(value)) {
      throw new NotebookError(
        `parameter ${name}`,
        `found ${isSecretName(name) ? MASK : literal(given)}, expected ${parameter.type}`,
      );
    }
    const shown = hidden.includes(name) ? JSON.stringify(MASK) : literal(value);
    return `${parameter ? "" : "let "}${name} = ${shown};\n`;
  });
  return `// Parameters\n${lines.join("")}`;
}

/** Values of the command line are words; where the type says so they mean a JSON literal. */
function fitted(value: ParameterValue, parameter: DeclaredParameter): ParameterValue {
  if (typeof value !== "string" || parameter.accepts(value)) return value;
  let parsed: ParameterValue;
  try {
    parsed = JSON.parse(value);
  } catch {
    return value;
  }
  return parameter.accepts(parsed) ? parsed : value;
}

function literal(value: ParameterValue): string {
  if (value === undefined) return "undefined";
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof FloatNumber) return String(value.value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (isMapping(value)) {
    const items = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}: ${literal(item)}`,
    );
    return items.length > 0 ? `{ ${items.join(", ")} }` : "{}";
  }
  return JSON.stringify(value);
}
