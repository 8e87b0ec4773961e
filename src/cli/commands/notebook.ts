import { UsageError } from "../../errors.js";
import { readNotebook } from "../../notebook/document/readNotebook.js";
import { stripNotebook } from "../../notebook/document/strip.js";
import { writeNotebook } from "../../notebook/document/writeNotebook.js";
import { writeHtml } from "../../notebook/html/writeHtml.js";
import type { Command } from "../command.js";
import { parseOptions } from "../options.js";

export const notebookCommand: Command = {
  help: `Usage: phenocover notebook strip|to-html FILES

strip    takes outputs, counts, timings and injected parameters out of the notebooks, in place
to-html  writes a self-contained page beside each notebook
`,
  async run(args, { stdout }) {
    const { positionals } = parseOptions(args, {}, [2, Number.POSITIVE_INFINITY]);
    const [verb, ...files] = positionals;
    for (const file of files) {
      if (verb === "strip") {
        await writeNotebook(file, stripNotebook(await readNotebook(file)));
        stdout.write(`${file}\n`);
      } else if (verb === "to-html") {
        const page = file.replace(/(\.ipynb)?$/, ".html");
        await writeHtml(file, page);
        stdout.write(`${page}\n`);
      } else throw new UsageError(`notebook ${verb}`, "expected strip or to-html");
    }
    return 0;
  },
};
