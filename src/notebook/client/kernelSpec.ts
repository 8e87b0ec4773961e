import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { FileError, NotebookError } from "../../errors.js";
import { packageRoot } from "../../packageRoot.js";
import { isJsonObject } from "../document/notebook.js";

/** How a kernel is started: its `kernel.json`. */
export interface KernelSpec {
  readonly name: string;
  /** folder of `kernel.json` */
  readonly folder: string;
  readonly argv: readonly string[];
  readonly displayName: string;
  readonly language: string;
  readonly interruptMode: "signal" | "message";
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Folders that hold kernels, best first: this project's, `JUPYTER_PATH`, the user's, those of an
 * active Python environment and of the Pythons on `PATH`, the system's.
 */
export function kernelFolders(environment: NodeJS.ProcessEnv = process.env): string[] {
  const home = homedir();
  const data =
    environment.JUPYTER_DATA_DIR ??
    (process.platform === "darwin"
      ? join(home, "Library", "Jupyter")
      : join(environment.XDG_DATA_HOME ?? join(home, ".local", "share"), "jupyter"));
  const prefixes = [environment.VIRTUAL_ENV, environment.CONDA_PREFIX]
    .concat((environment.PATH ?? "").split(delimiter).map((folder) => dirname(folder)))
    .filter((prefix): prefix is string => prefix !== undefined && prefix !== "" && prefix !== ".");
  const roots = [
    join(packageRoot(), ".cache", "jupyter"),
    ...(environment.JUPYTER_PATH ?? "").split(delimiter).filter((path) => path !== ""),
    data,
    ...prefixes.map((prefix) => join(prefix, "share", "jupyter")),
    "/usr/local/share/jupyter",
    "/usr/share/jupyter",
  ];
  return [...new Set(roots.map((root) => join(root, "kernels")))];
}

/**
 * The specification of an installed kernel.
 *
 * @throws NotebookError when no kernel of this name is installed, FileError when its file is wrong
 */
export async function findKernelSpec(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<KernelSpec> {
  const available = new Set<string>();
  for (const parent of kernelFolders(environment)) {
    const names = await readdir(parent).catch(() => [] as string[]);
    for (const entry of names) {
      const folder = join(parent, entry);
      const file = join(folder, "kernel.json");
      const content = await readFile(file, "utf8").catch(() => undefined);
      if (content === undefined) continue;
      if (entry.toLowerCase() === name.toLowerCase()) return parseSpec(entry, folder, content);
      available.add(entry);
    }
  }
  const known = [...available].sort().join(", ") || "none";
  throw new NotebookError("kernel", `no kernel named '${name}' is installed (found: ${known})`);
}

function parseSpec(name: string, folder: string, content: string): KernelSpec {
  const file = join(folder, "kernel.json");
  let spec: unknown;
  try {
    spec = JSON.parse(content);
  } catch (cause) {
    throw new FileError(file, "is not JSON", { cause });
  }
  const texts = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((item) => typeof item === "string");
  if (!isJsonObject(spec) || !texts(spec.argv) || spec.argv.length === 0) {
    throw new FileError(file, "argv is missing, expected a list of words");
  }
  const env = isJsonObject(spec.env) ? spec.env : {};
  return {
    name,
    folder,
    argv: spec.argv,
    displayName: String(spec.display_name ?? name),
    language: String(spec.language ?? ""),
    interruptMode: spec.interrupt_mode === "message" ? "message" : "signal",
    env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, String(value)])),
  };
}
