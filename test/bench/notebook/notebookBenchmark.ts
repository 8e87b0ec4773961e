import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeCell } from "../../../src/notebook/document/cells.js";
import { formatNotebook } from "../../../src/notebook/document/writeNotebook.js";
import { notebookOf } from "../../notebook/fixtures.js";
import type { Benchmark } from "../benchmark.js";
import { ours, peersFolder } from "../files.js";

/** Notebooks of the benchmark: 20 trivial cells and one that prints line by line, in two kernels. */
export const notebooks = ["python-cells", "python-lines", "typescript-cells", "typescript-lines"];

const typescript = ["phenocover", "typescript"] as const;
const python = join(peersFolder("notebook"), "bin", "python");

/** Whole runs of a command line, from its start to the end of the process. */
export const notebookBenchmark: Benchmark = {
  name: "notebook",
  async writeData(folder, size) {
    const lines = size === "full" ? 1_000_000 : 10_000;
    const cells = (source: (n: number) => string) =>
      Array.from({ length: 20 }, (_, n) => codeCell(source(n), []));
    const documents = [
      notebookOf(
        cells((n) => `x${n} = ${n} + 1\nprint("cell", x${n})`),
        "python3",
      ),
      notebookOf([`for line in range(${lines}):\n    print("line", line)`], "python3"),
      notebookOf(
        cells((n) => `const x${n}: number = ${n} + 1;\nconsole.log("cell", x${n});`),
        ...typescript,
      ),
      notebookOf(
        [`for (let line = 0; line < ${lines}; line++) console.log("line", line);`],
        ...typescript,
      ),
    ];
    for (const [at, name] of notebooks.entries()) {
      await writeFile(join(folder, `${name}.ipynb`), formatNotebook(documents[at]!));
    }
  },
  programs: [
    { name: "phenocover", command: ours("notebook/runNotebooks.js") },
    {
      name: "papermill",
      command: ours("notebook/runNotebooks.js", python),
      python: { program: python, module: "papermill" },
    },
  ],
  asked: [{ what: "python-cells: whole run", peer: "papermill", ratio: 1 }],
};
