import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../../src/packageRoot.js";
import { TestKernel } from "./testClient.js";

/** A project of its own in which `phenocover` is an ES module with `exports`. */
export function makeProject(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "Project-")));
  const installed = join(folder, "node_modules", "phenocover");
  mkdirSync(join(folder, "notebooks"));
  mkdirSync(installed, { recursive: true });
  symlinkSync(
    join(packageRoot(), "node_modules", "@types"),
    join(folder, "node_modules", "@types"),
  );
  writeFileSync(
    join(installed, "package.json"),
    JSON.stringify({
      name: "phenocover",
      type: "module",
      exports: { ".": { types: "./index.d.ts", default: "./index.js" } },
    }),
  );
  const display = new URL("../../src/display.js", import.meta.url);
  writeFileSync(join(installed, "index.js"), `export * from ${JSON.stringify(display.href)};`);
  const types = fileURLToPath(display);
  writeFileSync(join(installed, "index.d.ts"), `export * from ${JSON.stringify(types)};`);
  const spinner = join(folder, "node_modules", "spinner");
  mkdirSync(spinner);
  writeFileSync(join(spinner, "package.json"), '{"type": "module", "exports": "./index.js"}');
  writeFileSync(join(spinner, "index.js"), "export const spin = (tell) => { for (tell(); ; ); };");
  writeFileSync(
    join(spinner, "index.d.ts"),
    "export declare const spin: (tell: () => void) => Promise<number>;",
  );
  return folder;
}

/** A kernel in the notebooks' folder of such a project, both gone when the file's tests are through. */
export async function startInProject(): Promise<{ project: string; kernel: TestKernel }> {
  const project = makeProject();
  const kernel = await TestKernel.start({ cwd: join(project, "notebooks") });
  after(async () => {
    await kernel.stop();
    rmSync(project, { recursive: true });
  });
  return { project, kernel };
}
