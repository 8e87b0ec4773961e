import type { CellSession } from "./cellSession.js";
import { codePointOfOffset, offsetOfCodePoint } from "./codePoints.js";

/** TypeScript's kinds of names in the words of Jupyter clients. */
const clientKinds: Readonly<Record<string, string>> = {
  alias: "module",
  const: "constant",
  let: "instance",
  var: "instance",
  "local var": "instance",
  parameter: "param",
  method: "function",
  "local function": "function",
  getter: "property",
  setter: "property",
  "enum member": "constant",
  type: "class",
  interface: "class",
};

/**
 * Answers to what an editor asks about code that does not run: `complete_request`,
 * `inspect_request`, `is_complete_request`. Positions in messages count code points.
 */
export async function languageReply(
  session: CellSession,
  type: string,
  content: Readonly<Record<string, unknown>>,
): Promise<object> {
  const source = String(content.code ?? "");
  const position = offsetOfCodePoint(source, Number(content.cursor_pos ?? source.length));
  if (type === "is_complete_request") {
    const { completed, indent } = await session.isComplete(source);
    return completed ? { status: "complete" } : { status: "incomplete", indent: indent ?? "" };
  }
  if (type === "complete_request") return completions(session, source, position);
  const hover = await session.inspect(source, position);
  if (hover === undefined) return { status: "ok", found: false, data: {}, metadata: {} };
  const { signature, documentation } = hover;
  const words = documentation === "" ? "" : `\n\n${documentation}`;
  const data = {
    "text/plain": `${signature}${words}`,
    "text/markdown": `\`\`\`typescript\n${signature}\n\`\`\`${words.replaceAll("\n@", "  \n@")}`,
  };
  return { status: "ok", found: true, data, metadata: {} };
}

async function completions(
  session: CellSession,
  source: string,
  position: number,
): Promise<object> {
  const { candidates, kinds, ...span } = await session.complete(source, position);
  const start = codePointOfOffset(source, span.start);
  const end = codePointOfOffset(source, span.end);
  const types = candidates.map((text) => {
    const kind = kinds.get(text) ?? "";
    return { start, end, text, type: clientKinds[kind] ?? kind };
  });
  return {
    status: "ok",
    matches: candidates,
    cursor_start: start,
    cursor_end: end,
    // Known to JupyterLab and VS Code by this name since IPython introduced it.
    metadata: { _jupyter_types_experimental: types },
  };
}
