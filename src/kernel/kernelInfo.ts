import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { packageRoot } from "../packageRoot.js";
import { PROTOCOL_VERSION } from "./wireMessage.js";

/** Content of `kernel_info_reply`: what the kernel is and which language its cells are written in. */
export function kernelInfo(): Readonly<Record<string, unknown>> {
  const own = versionIn(join(packageRoot(), "package.json"));
  const typescript = versionIn(createRequire(import.meta.url).resolve("typescript/package.json"));
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "phenocover",
    implementation_version: own,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    banner: `TypeScript ${typescript} on Node ${process.version} (phenocover ${own})`,
    debugger: false,
    help_links: [],
  };
}

function versionIn(file: string): string {
  return JSON.parse(readFileSync(file, "utf8")).version;
}
