import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { FileError, UsageError } from "../../errors.js";
import { writeFileAtomic } from "../../files/atomic.js";
import type { CellChecker } from "../../kernel/checkCells.js";
import { readNotebook } from "../../notebook/document/readNotebook.js";
import { stripNotebook } from "../../notebook/document/strip.js";
import { formatNotebook, writeNotebook } from "../../notebook/document/writeNotebook.js";
import { isTypeScript, languageOf } from "../../notebook/parameters/inject.js";
import type { Command, CommandContext } from "../command.js";
import { parseOptions } from "../options.js";

/** Does its work on one file and names what it wrote; "-" is stdin and stdout. */
type Verb = (file: string, context: CommandContext) => Promise<string | undefined>;

const verbs: Readonly<Record<string, Verb>> = {
  async strip(file, { stdout }) {
    const stripped = stripNotebook(await readNotebook(file));
    if (file === "-") {
      stdout.write(formatNotebook(stripped));
      return undefined;
    }
    // a file that is clean already keeps its time of change
    const text = formatNotebook(stripped);
    if (text !== (await readFile(file, "utf8"))) await writeNotebook(file, stripped);
    return file;
  },
  async "to-html"(file) {
    const { writeHtml } = await import("../../notebook/html/writeHtml.js");
    const page = withExtension(file, ".ipynb", ".html");
    await writeHtml(file, page);
    return page;
  },
  async "to-ts"(file) {
    const { notebookToText } = await import("../../notebook/text/percentFormat.js");
    const notebook = await readTypeScript(file);
    const text = withExtension(file, ".ipynb", ".ts");
    await writeFileAtomic(text, notebookToText(notebook));
    return text;
  },
  async "from-ts"(file) {
    const { notebookFromText } = await import("../../notebook/text/percentFormat.js");
    const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
      throw new FileError(file, `cannot be read (${cause.code})`, { cause });
    });
    const path = withExtension(file, ".ts", ".ipynb");
    await writeNotebook(path, notebookFromText(text, file));
    return path;
  },
};

export const notebookCommand: Command = {
  help: `Usage: phenocover notebook strip|check|to-html|to-ts|from-ts FILES

strip    takes outputs, counts, timings and injected parameters out of the notebooks, in place;
         with "-" from stdin to stdout, for git:
           git config filter.notebook.clean "npx phenocover notebook strip -"
           echo '*.ipynb filter=notebook' >> .gitattributes
check    finds type errors of all cells without running them; exit code 1 when there are any;
         --json prints them as a list
to-html  writes a self-contained page beside each notebook
to-ts    writes a TypeScript notebook as a program in jupytext's percent format beside it
from-ts  writes the notebook of such a program beside it
`,
  async run(args, context) {
    const flags = { json: { type: "boolean" } } as const;
    const { values, positionals } = parseOptions(args, flags, [2, Number.POSITIVE_INFINITY]);
    const [name = "", ...files] = positionals;
    if (name === "check") return check(files, values.json ?? false, context);
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (verb === undefined) {
      const known = ["check", ...Object.keys(verbs)].join(", ");
      throw new UsageError(`notebook ${name}`, `expected one of ${known}`);
    }
    if (values.json) throw new UsageError("--json", "belongs to check");
    for (const file of files) {
      const written = await verb(file, context);
      if (written !== undefined) context.stdout.write(`${written}\n`);
    }
    return 0;
  },
};

async function check(
  files: readonly string[],
  json: boolean,
  { stdout }: CommandContext,
): Promise<number> {
  // First, so that what is imported next finds the compiler with its kept code.
  const { loadTypeScript } = await import("../../kernel/loadTypeScript.js");
  loadTypeScript();
  const { createCellChecker } = await import("../../kernel/checkCells.js");
  const { checkNotebook } = await import("../../notebook/check/checkNotebook.js");
  const checkers = new Map<string, CellChecker>();
  const found: object[] = [];
  for (const file of files) {
    const folder = dirname(resolve(file));
    const checker = checkers.get(folder) ?? createCellChecker(process.cwd(), folder);
    checkers.set(folder, checker);
    for (const problem of checkNotebook(await readTypeScript(file), checker)) {
      found.push({ notebook: file, ...problem });
      const { cell, id, line, column, problem: text } = problem;
      if (!json) {
        stdout.write(`${file}: cell ${cell} (${id}), line ${line}, column ${column}: ${text}\n`);
      }
    }
  }
  if (json) stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else if (found.length === 0) stdout.write(`${files.length} notebooks without type errors\n`);
  return found.length === 0 ? 0 : 1;
}

async function readTypeScript(file: string) {
  const notebook = await readNotebook(file);
  const { kernel, language } = languageOf(notebook, {});
  if (isTypeScript({ kernel, language })) return notebook;
  throw new FileError(file, `is written for ${language || kernel}, expected TypeScript`);
}

function withExtension(file: string, from: string, to: string): string {
  return file.endsWith(from) ? file.slice(0, -from.length) + to : file + to;
}
