import type TypeScript from "typescript";
import type { Compiler } from "../../kernel/loadTypeScript.js";
import { FloatNumber, isMapping, type ParameterValue } from "./value.js";

/**
 * Whether a value fits a type written in a parameters cell. Types that only the compiler can
 * resolve, such as imported names, accept everything here: the kernel checks them.
 *
 * @param type a type node, or the name of a type inferred from a literal
 */
export function acceptsValue(
  ts: Compiler,
  type: TypeScript.TypeNode | string,
  value: ParameterValue,
): boolean {
  if (typeof type === "string") {
    const declaration = ts.createSourceFile("type.ts", `let x: ${type}`, ts.ScriptTarget.ES2022)
      .statements[0] as TypeScript.VariableStatement;
    return acceptsValue(ts, declaration.declarationList.declarations[0]!.type!, value);
  }
  const accepts = (part: TypeScript.TypeNode, item: ParameterValue) => acceptsValue(ts, part, item);
  const isNumber = typeof value === "number" || value instanceof FloatNumber;
  if (ts.isUnionTypeNode(type)) return type.types.some((part) => accepts(part, value));
  if (ts.isParenthesizedTypeNode(type)) return accepts(type.type, value);
  if (ts.isTypeOperatorNode(type)) return accepts(type.type, value);
  if (ts.isArrayTypeNode(type)) {
    return Array.isArray(value) && value.every((item) => accepts(type.elementType, item));
  }
  if (ts.isTupleTypeNode(type)) {
    if (!type.elements.every(isPlainElement)) return Array.isArray(value);
    return (
      Array.isArray(value) &&
      value.length === type.elements.length &&
      type.elements.every((element, index) => accepts(element, value[index]))
    );
  }
  if (ts.isTypeLiteralNode(type)) return isMapping(value);
  if (ts.isTypeReferenceNode(type) && ts.isIdentifier(type.typeName)) {
    const [first, second] = type.typeArguments ?? [];
    if (first && ["Array", "ReadonlyArray"].includes(type.typeName.text)) {
      return Array.isArray(value) && value.every((item) => accepts(first, item));
    }
    if (second && type.typeName.text === "Record") {
      return isMapping(value) && Object.values(value).every((item) => accepts(second, item));
    }
    return true;
  }
  if (ts.isLiteralTypeNode(type)) {
    const { literal } = type;
    if (literal.kind === ts.SyntaxKind.NullKeyword) return value === null;
    if (literal.kind === ts.SyntaxKind.TrueKeyword) return value === true;
    if (literal.kind === ts.SyntaxKind.FalseKeyword) return value === false;
    if (ts.isStringLiteral(literal)) return value === literal.text;
    const number = value instanceof FloatNumber ? value.value : value;
    if (ts.isNumericLiteral(literal)) return number === Number(literal.text);
    if (ts.isPrefixUnaryExpression(literal) && ts.isNumericLiteral(literal.operand)) {
      return number === -Number(literal.operand.text);
    }
    return true;
  }
  switch (type.kind) {
    case ts.SyntaxKind.StringKeyword:
      return typeof value === "string";
    case ts.SyntaxKind.NumberKeyword:
      return isNumber;
    case ts.SyntaxKind.BigIntKeyword:
      return typeof value === "bigint";
    case ts.SyntaxKind.BooleanKeyword:
      return typeof value === "boolean";
    case ts.SyntaxKind.UndefinedKeyword:
      return value === undefined;
    default:
      return true;
  }

  function isPlainElement(element: TypeScript.TypeNode): boolean {
    return !(
      ts.isRestTypeNode(element) ||
      ts.isOptionalTypeNode(element) ||
      ts.isNamedTupleMember(element)
    );
  }
}

/** Type that the compiler gives a `let` with this literal; undefined when it is not a plain one. */
export function typeOfLiteral(ts: Compiler, node: TypeScript.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return "string";
  if (ts.isNumericLiteral(node)) return "number";
  if (ts.isPrefixUnaryExpression(node)) {
    return node.operator === ts.SyntaxKind.ExclamationToken ? "boolean" : "number";
  }
  if (ts.isIdentifier(node) && node.text !== "undefined") return "number";
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) {
    return "boolean";
  }
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 0) {
    const types = new Set(node.elements.map((item) => typeOfLiteral(ts, item)));
    if (types.has(undefined)) return undefined;
    return `(${[...types].join(" | ")})[]`.replace(/^\((\w+)\)\[\]$/, "$1[]");
  }
  return undefined;
}
