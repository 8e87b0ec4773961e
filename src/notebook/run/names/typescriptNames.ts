import type TypeScript from "typescript";
import { bindText, isTopLevel } from "../../../kernel/bindText.js";
import { type Compiler, loadTypeScript } from "../../../kernel/loadTypeScript.js";
import type { CellNames } from "./requireNames.js";

/** Names of a TypeScript cell, values and types alike. */
export function typeScriptNames(source: string): CellNames {
  const ts = loadTypeScript();
  const { file, checker } = bindText(ts, `${source}\nexport {};`);
  const declares = new Set<string>();
  const reads = new Set<string>();
  const visit = (node: TypeScript.Node): void => {
    if (ts.isIdentifier(node)) {
      const symbol = checker.getSymbolAtLocation(node);
      if (symbol?.declarations?.some((declaration) => isTopLevel(ts, declaration))) {
        declares.add(node.text);
      } else if (isUnknown(ts, checker, node, symbol)) reads.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { declares: [...declares], reads: [...reads] };
}

/** Whether an identifier stands for something that the cell does not declare. */
function isUnknown(
  ts: Compiler,
  checker: TypeScript.TypeChecker,
  node: TypeScript.Identifier,
  symbol: TypeScript.Symbol | undefined,
): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) {
    const value = checker.getShorthandAssignmentValueSymbol(parent);
    return value === undefined || checker.isUnknownSymbol(value);
  }
  // a type that is not found has a symbol without declarations
  const isKnown = symbol?.declarations !== undefined && !checker.isUnknownSymbol(symbol);
  if (isKnown) return false;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isBindingElement(parent)) return parent.propertyName !== node;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return false;
  return !ts.isImportSpecifier(parent) && !ts.isMetaProperty(parent);
}
