import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { UsageError } from "../../errors.js";
import { suggestion } from "../../manifest/suggestion.js";
import type { Command } from "../command.js";
import { parseOptions } from "../options.js";

/** Jupyter's folder for a user's own data on this platform. */
function userData(): string {
  const set = process.env.JUPYTER_DATA_DIR;
  if (set) return set;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") return join(process.env.APPDATA ?? homedir(), "jupyter");
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "jupyter");
}

export const kernelCommand: Command = {
  help: `Usage: phenocover kernel install [--prefix DIR]
       phenocover kernel start --connection-file FILE

install  registers the kernel "TypeScript (phenocover)" for the user, or in DIR/kernels, which
         Jupyter finds when JUPYTER_PATH names DIR
start    starts the kernel on a connection file; Jupyter calls this
`,
  async run([action = "", ...args], { stdout }) {
    if (action === "start") {
      const option = { "connection-file": { type: "string" } } as const;
      const file = parseOptions(args, option, [0, 0]).values["connection-file"];
      if (!file) throw new UsageError("--connection-file", "is missing");
      const { startKernel } = await import("../../kernel/kernel.js");
      await startKernel(file);
      return 0;
    }
    if (action === "install") {
      const { values } = parseOptions(args, { prefix: { type: "string" } }, [0, 0]);
      const folder = values.prefix ? resolve(values.prefix) : userData();
      const { installKernelSpec, KERNEL_NAME } = await import("../../kernel/kernelSpec.js");
      const written = await installKernelSpec(join(folder, "kernels", KERNEL_NAME));
      stdout.write(`kernel ${KERNEL_NAME} registered: ${written}\n`);
      return 0;
    }
    throw new UsageError(
      action || "kernel",
      `unknown action${suggestion(action, ["install", "start"])}`,
    );
  },
};
