import ts = require("typescript");

/** A node with the doc comments that TypeScript's parser puts there. */
interface Documented extends ts.Node {
  jsDoc?: readonly ts.JSDoc[];
}

const complete = new WeakSet<ts.SourceFile>();

/**
 * Adds the doc comments to a file that was parsed without them. Most files are never asked for
 * theirs, and reading the comments of all libraries takes as long as everything else in them.
 */
export function addDocComments(file: ts.SourceFile): void {
  if (complete.has(file)) return;
  complete.add(file);
  const twin = ts.createSourceFile(file.fileName, file.text, {
    languageVersion: file.languageVersion,
    jsDocParsingMode: ts.JSDocParsingMode.ParseAll,
  });
  copy(twin, file);
}

function copy(from: Documented, to: Documented): void {
  if (from.jsDoc !== undefined) to.jsDoc = from.jsDoc;
  const targets: ts.Node[] = [];
  ts.forEachChild(to, (child) => {
    targets.push(child);
  });
  let next = 0;
  ts.forEachChild(from, (child) => copy(child, targets[next++]!));
}
