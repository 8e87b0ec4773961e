import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { installKernelSpec, KERNEL_NAME, kernelSpec } from "../kernel/kernelSpec.js";
import { packageRoot } from "../packageRoot.js";

/**
 * Makes the package's kernel known to this process's notebooks: registers it in the package's cache
 * unless it is there, and puts that folder first in JUPYTER_PATH.
 */
export async function provideKernel(): Promise<void> {
  const folder = join(packageRoot(), ".cache", "jupyter");
  const spec = join(folder, "kernels", KERNEL_NAME);
  const text = await readFile(join(spec, "kernel.json"), "utf8").catch(() => null);
  if (text === null || text !== `${JSON.stringify(kernelSpec(), null, 2)}\n`) {
    await installKernelSpec(spec);
  }
  const paths = process.env.JUPYTER_PATH?.split(delimiter) ?? [];
  if (!paths.includes(folder)) process.env.JUPYTER_PATH = [folder, ...paths].join(delimiter);
}
