import type TypeScript from "typescript";
import { type Compiler, loadTypeScript } from "../../typescript.js";
import type { CellNames } from "./requireNames.js";

const FILE = "cell.ts";

/** Names of a TypeScript cell, values and types alike. */
export function typeScriptNames(source: string): CellNames {
  const ts = loadTypeScript();
  const { file, checker } = bind(ts, source);
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

/** Binds the names of one file without any library or other module. */
function bind(ts: Compiler, source: string) {
  const file = ts.createSourceFile(
    FILE,
    `${source}\nexport {};`,
    ts.ScriptTarget.ES2022,
    true,
    ts.ScriptKind.TS,
  );
  const options = { noLib: true, noResolve: true, types: [], module: ts.ModuleKind.ESNext };
  const program = ts.createProgram([FILE], options, {
    fileExists: (name) => name === FILE,
    readFile: () => undefined,
    getSourceFile: (name) => (name === FILE ? file : undefined),
    getDefaultLibFileName: () => "lib.d.ts",
    writeFile: () => {},
    getCurrentDirectory: () => "",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
  });
  return { file, checker: program.getTypeChecker() };
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

function isTopLevel(ts: Compiler, declaration: TypeScript.Declaration): boolean {
  if (
    ts.isImportClause(declaration) ||
    ts.isImportSpecifier(declaration) ||
    ts.isNamespaceImport(declaration)
  ) {
    return true;
  }
  let node: TypeScript.Node = declaration;
  while (ts.isBindingElement(node)) node = node.parent.parent;
  if (!ts.isVariableDeclaration(node)) return ts.isSourceFile(node.parent);
  const statement = node.parent.parent;
  return ts.isVariableStatement(statement) && ts.isSourceFile(statement.parent);
}
