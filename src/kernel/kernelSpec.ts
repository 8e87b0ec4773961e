import { join } from "node:path";
import { writeFileAtomic } from "../files/atomic.js";
import { packageRoot } from "../packageRoot.js";

/** Name by which notebooks ask for the kernel. */
export const KERNEL_NAME = "phenocover";

/** The kernel specification that clients read to start the kernel. */
export function kernelSpec(): Readonly<Record<string, unknown>> {
  return {
    argv: [
      process.execPath,
      join(packageRoot(), "dist", "src", "cli", "main.js"),
      "kernel",
      "start",
      "--connection-file",
      "{connection_file}",
    ],
    display_name: "TypeScript (phenocover)",
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
}

/**
 * Writes the kernel specification into a folder that clients search.
 *
 * @param directory the kernel's own folder, such as `.cache/jupyter/kernels/phenocover`
 * @returns path of the written `kernel.json`
 */
export async function installKernelSpec(directory: string): Promise<string> {
  const file = join(directory, "kernel.json");
  await writeFileAtomic(file, `${JSON.stringify(kernelSpec(), null, 2)}\n`);
  return file;
}
