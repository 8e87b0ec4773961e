import ts = require("typescript");

/** A node with the doc comments that TypeScript's parser puts there. */
interface Documented extends ts.Node {
  jsDoc?: readonly ts.JSDoc[];
}

/**
 * Adds the doc comments to a file that was parsed without them. Most files are never asked for
 * theirs, and reading the comments of all libraries takes as long as everything else in them.
 */
export function addDocComments(file: ts.SourceFile & { jsDocParsingMode?: unknown }): void {
  if (file.jsDocParsingMode !== ts.JSDocParsingMode.ParseNone) return;
  file.jsDocParsingMode = ts.JSDocParsingMode.ParseAll;
  const settings: ts.CreateSourceFileOptions = {
    languageVersion: file.languageVersion,
    jsDocParsingMode: ts.JSDocParsingMode.ParseAll,
  };
  const twin = ts.createSourceFile(file.fileName, file.text, settings, true);
  copy(twin, file);
}

function copy(from: Documented, to: Documented): void {
  if (from.jsDoc !== undefined) {
    to.jsDoc = from.jsDoc;
    // Links in a comment are looked up from where it stands.
    for (const comment of from.jsDoc) Object.assign(comment, { parent: to });
  }
  const targets: ts.Node[] = [];
  ts.forEachChild(to, (child) => {
    targets.push(child);
  });
  let next = 0;
  ts.forEachChild(from, (child) => copy(child, targets[next++]!));
}
