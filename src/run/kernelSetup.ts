import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { installKernelSpec, KERNEL_NAME, kernelSpec } from "../kernel/kernelSpec.js";
import { packageRoot } from "../packageRoot.js";

/** Registers the package's own kernel in its cache, where notebooks look first, unless it is there. */
export async function provideKernel(): Promise<void> {
  const folder = join(packageRoot(), ".cache", "jupyter", "kernels", KERNEL_NAME);
  const text = await readFile(join(folder, "kernel.json"), "utf8").catch(() => null);
  if (text === `${JSON.stringify(kernelSpec(), null, 2)}\n`) return;
  await installKernelSpec(folder);
}
