// Compiles what has changed and removes the output of sources that are gone.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const compiler = join("node_modules", "typescript", "bin", "tsc");
const { status } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.json"], {
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);

for (const part of ["src", "test"]) {
  for (const entry of readdirSync(join("dist", part), { recursive: true, withFileTypes: true })) {
    const source = entry.name.match(/^(.+)(?:\.js|\.js\.map|\.d\.ts)$/)?.[1];
    if (!entry.isFile() || source === undefined) continue;
    const folder = entry.parentPath.slice("dist".length + 1);
    if (!existsSync(join(folder, `${source}.ts`))) rmSync(join(entry.parentPath, entry.name));
  }
}
