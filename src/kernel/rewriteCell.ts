import ts = require("typescript");

import { bindText, isTopLevel } from "./bindText.js";
import { BREAKABLE_CALL } from "./cellRuntime.js";
import { applyEdits, type EditMarks, type TextEdit } from "./textEdits.js";

/** A cell ready to run as the body of an async function. */
export interface RewrittenCell {
  readonly code: string;
  /** from `code` to the compiler's output */
  readonly marks: EditMarks;
}

const FILE = "cell.ts";

/**
 * Rewrites the compiler's output of a cell, an ES module in JavaScript, into the body of an async
 * function in which every top-level name lives in one scope shared by all cells. Closures thus see
 * later assignments, and `await`, `for await` and `using` stand where they may in a module. Lines
 * stay where they are.
 *
 * @param known top-level names of earlier cells
 * @param resultName variable in which the compiler keeps the cell's last value
 */
export function rewriteCell(
  javascript: string,
  known: ReadonlySet<string>,
  resultName: string | undefined,
): RewrittenCell {
  const check = " if ($interrupted[0] === $cell) $stop();";
  const { file, checker } = bindText(ts, javascript);
  const exported = exportedNames(file);
  const edits: TextEdit[] = [];
  const prologue: string[] = [];
  const insert = (at: number, text: string) => edits.push({ start: at, end: at, insert: text });
  const replace = (node: ts.Node, text: string) =>
    edits.push({ start: node.getStart(file), end: node.getEnd(), insert: text });

  const isShared = (name: ts.Identifier): boolean => {
    const symbol = ts.isShorthandPropertyAssignment(name.parent)
      ? checker.getShorthandAssignmentValueSymbol(name.parent)
      : checker.getSymbolAtLocation(name);
    if (symbol === undefined) return known.has(name.text);
    return (
      exported.has(name.text) && symbol.declarations?.every((one) => isTopLevel(ts, one)) === true
    );
  };

  /** Before its first wait the whole cell can be broken off; see the executor. */
  let waited = file.statements.some(ts.isImportDeclaration);

  /** Visits a top-level expression; calls in it, awaited ones included, can be broken off. */
  const visitBreakable = (node: ts.Expression): void => {
    if (ts.isAwaitExpression(node)) {
      visitBreakable(node.expression);
    } else if (waited && callsSomething(node) && !awaits(node)) {
      insert(node.getStart(file), `${BREAKABLE_CALL}() => (`);
      visit(node);
      insert(node.getEnd(), "))");
    } else {
      visit(node);
    }
  };

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      prologue.push(importStatement(node));
      replace(node, "");
      return;
    }
    if (ts.isExportDeclaration(node)) {
      replace(node, "");
      return;
    }
    if (ts.isVariableStatement(node) && isResult(node, resultName)) {
      const value = node.declarationList.declarations[0]!.initializer!;
      edits.push({
        start: node.getStart(file),
        end: value.getStart(file),
        insert: isAssignment(value) ? "" : `exports.${resultName} = `,
      });
      visitBreakable(value);
      return;
    }
    if (ts.isVariableStatement(node) && ts.isSourceFile(node.parent)) visitVariables(node);
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined && isTopLevel(ts, node)) {
      visit(node.name);
      visitBreakable(node.initializer);
      return;
    }
    if (ts.isExpressionStatement(node) && ts.isSourceFile(node.parent)) {
      visitBreakable(node.expression);
      return;
    }
    if (ts.isFunctionDeclaration(node) && node.name !== undefined && isShared(node.name)) {
      prologue.push(`$scope.${node.name.text} = ${node.name.text};`);
    }
    if (ts.isClassDeclaration(node) && node.name !== undefined && isShared(node.name)) {
      insert(node.getEnd(), ` $scope.${node.name.text} = ${node.name.text};`);
    }
    if (ts.isIdentifier(node) && isReference(node)) visitReference(node);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      replace(node.expression, "$module");
    }
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      replace(node, "$meta");
    }
    if (ts.isIterationStatement(node, false)) {
      const body = node.statement;
      if (ts.isBlock(body)) {
        insert(body.getStart(file) + 1, check);
      } else {
        insert(body.getStart(file), `{${check} `);
        ts.forEachChild(node, visit);
        insert(body.getEnd(), " }");
        return;
      }
    }
    ts.forEachChild(node, visit);
  };

  /** A default in a pattern may use names of the same pattern, which the scope has not got yet. */
  const isInOwnDeclaration = (name: ts.Identifier): boolean => {
    let node: ts.Node = name;
    while (!ts.isVariableDeclaration(node)) {
      if (ts.isSourceFile(node) || ts.isFunctionLike(node)) return false;
      node = node.parent;
    }
    return boundNames(node.name).some(({ text }) => text === name.text);
  };

  const visitReference = (name: ts.Identifier): void => {
    const { parent, text } = name;
    if (text === "exports" && checker.getSymbolAtLocation(name) === undefined) {
      // The converter wrote `exports.x` for the names of earlier cells.
      replace(name, "$scope");
      if (ts.isPropertyAccessExpression(parent)) detachCallee(parent);
      return;
    }
    if (!isShared(name) || isInOwnDeclaration(name)) return;
    if (ts.isShorthandPropertyAssignment(parent)) {
      insert(name.getEnd(), `: $scope.${text}`);
    } else {
      replace(name, `$scope.${text}`);
      detachCallee(name);
    }
  };

  /** A function called through the scope must not receive the scope as `this`. */
  const detachCallee = (callee: ts.Expression): void => {
    const { parent } = callee;
    if (
      (ts.isCallExpression(parent) && parent.expression === callee) ||
      (ts.isTaggedTemplateExpression(parent) && parent.tag === callee)
    ) {
      insert(callee.getStart(file), "(0, ");
      insert(callee.getEnd(), ")");
    }
  };

  const visitVariables = (statement: ts.VariableStatement): void => {
    const { declarations } = statement.declarationList;
    const keyword = statement.declarationList.getText(file).match(/^\w+/)![0];
    declarations.forEach((declaration, index) => {
      const names = boundNames(declaration.name).filter(isShared);
      const isPlainVar = keyword === "var" && declaration.initializer === undefined;
      // An assignment may come before the `var` that declares its name.
      if (isPlainVar) prologue.push(...names.map(({ text }) => `$scope.${text} = undefined;`));
      const assign = names.map(({ text }) => ` $scope.${text} = ${text};`).join("");
      const text = isPlainVar ? "" : assign;
      if (index === declarations.length - 1) {
        insert(statement.getEnd(), text);
      } else {
        const comma = javascript.indexOf(",", declaration.getEnd());
        edits.push({ start: comma, end: comma + 1, insert: `;${text} ${keyword}` });
      }
    });
  };

  for (const statement of file.statements) {
    visit(statement);
    waited ||= awaits(statement);
  }
  const head =
    '"use strict"; const { scope: $scope, meta: $meta, importInto: $import, importModule: $module, ' +
    "interrupted: $interrupted, stop: $stop, begin: $begin, breakable: $breakable } = " +
    `globalThis[Symbol.for("phenocover.kernel")]; const $cell = $begin(); ${prologue.join(" ")} `;
  edits.unshift({ start: 0, end: 0, insert: head });
  const { text, marks } = applyEdits(javascript, edits);
  return { code: text, marks };
}

/** Names that the converter exports: the cell's own, without helpers of the compiler. */
function exportedNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  for (const statement of file.statements) {
    if (!ts.isExportDeclaration(statement)) continue;
    const clause = statement.exportClause;
    if (clause === undefined || !ts.isNamedExports(clause)) continue;
    for (const element of clause.elements) names.add(element.name.text);
  }
  return names;
}

/** Names that a cell adds to the shared scope, read from the compiler's output. */
export function declaredNames(javascript: string): Set<string> {
  return exportedNames(ts.createSourceFile(FILE, javascript, ts.ScriptTarget.ES2022));
}

function boundNames(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : boundNames(element.name),
  );
}

/** Whether a node waits, functions that it defines left aside. */
function awaits(node: ts.Node): boolean {
  return someOutsideFunctions(
    node,
    (inner) =>
      ts.isAwaitExpression(inner) ||
      (ts.isForOfStatement(inner) && inner.awaitModifier !== undefined),
  );
}

/** Whether an expression may run code of others: a call, `new` or a tagged template. */
function callsSomething(node: ts.Node): boolean {
  return someOutsideFunctions(
    node,
    (inner) =>
      ts.isCallExpression(inner) ||
      ts.isNewExpression(inner) ||
      ts.isTaggedTemplateExpression(inner),
  );
}

function someOutsideFunctions(node: ts.Node, test: (inner: ts.Node) => boolean): boolean {
  if (test(node)) return true;
  if (ts.isFunctionLike(node)) return false;
  return ts.forEachChild(node, (inner) => someOutsideFunctions(inner, test)) ?? false;
}

/** Whether an identifier stands for a variable rather than naming a property or a declaration. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name !== node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent)) {
    return parent.initializer === node;
  }
  if (ts.isPropertyDeclaration(parent)) return parent.initializer === node;
  if (ts.isFunctionLike(parent)) return ts.isArrowFunction(parent) && parent.body === node;
  if (ts.isClassLike(parent)) return false;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return false;
  return !ts.isMetaProperty(parent) && !ts.isExportSpecifier(parent);
}

function isResult(node: ts.VariableStatement, resultName: string | undefined): boolean {
  const name = node.declarationList.declarations[0]?.name;
  return (
    resultName !== undefined &&
    ts.isSourceFile(node.parent) &&
    name !== undefined &&
    ts.isIdentifier(name) &&
    name.text === resultName
  );
}

/** An assignment at the end of a cell is a statement: its value is not shown. */
function isAssignment(node: ts.Expression): boolean {
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    node.operatorToken.kind <= ts.SyntaxKind.LastAssignment
  );
}

function importStatement(node: ts.ImportDeclaration): string {
  const bindings: [string, string][] = [];
  const clause = node.importClause;
  if (clause?.name !== undefined) bindings.push(["default", clause.name.text]);
  const named = clause?.namedBindings;
  if (named !== undefined && ts.isNamespaceImport(named)) bindings.push(["*", named.name.text]);
  if (named !== undefined && ts.isNamedImports(named)) {
    for (const { name, propertyName } of named.elements) {
      bindings.push([(propertyName ?? name).text, name.text]);
    }
  }
  const { text } = node.moduleSpecifier as ts.StringLiteral;
  return `await $import(${JSON.stringify(text)}, ${JSON.stringify(bindings)});`;
}
