import type TypeScript from "typescript";

const FILE = "cell.ts";

/**
 * Binds the names of one text without any library or other module.
 *
 * @param ts the compiler; callers differ in when they load it
 */
export function bindText(
  ts: typeof TypeScript,
  text: string,
): { readonly file: TypeScript.SourceFile; readonly checker: TypeScript.TypeChecker } {
  const options: TypeScript.CompilerOptions = {
    noLib: true,
    noResolve: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
  };
  const file = ts.createSourceFile(FILE, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
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

/** Whether a declaration is a statement of the file itself, the only ones that later cells see. */
export function isTopLevel(ts: typeof TypeScript, declaration: TypeScript.Declaration): boolean {
  if (ts.isImportClause(declaration) || ts.isImportSpecifier(declaration)) return true;
  if (ts.isNamespaceImport(declaration)) return true;
  let node: TypeScript.Node = declaration;
  while (ts.isBindingElement(node)) node = node.parent.parent;
  if (!ts.isVariableDeclaration(node)) return ts.isSourceFile(node.parent);
  return ts.isVariableStatement(node.parent.parent) && ts.isSourceFile(node.parent.parent.parent);
}
