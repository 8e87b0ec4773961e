import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { installKernelSpec } from "../../src/kernel/kernelSpec.js";
import { packageRoot } from "../../src/packageRoot.js";

const peer = join(packageRoot(), ".cache", "peers", "notebook");
const kit = join(peer, "lib");
const skip = existsSync(kit)
  ? false
  : "no jupyter_kernel_test in .cache/peers/notebook: make peers";

test("Jupyter's own test kit finds no fault", { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "jupyter-"));
  try {
    await installKernelSpec(join(folder, "kernels", "phenocover"));
    const script = join(packageRoot(), "test", "kernel", "conformance.py");
    const child = spawn(join(peer, "bin", "python"), [script], {
      cwd: packageRoot(),
      env: { ...process.env, JUPYTER_PATH: folder },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const [report, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    assert.equal(code, 0, report);
    assert.match(report, /Ran 12 tests/);
    const skipped = [...report.matchAll(/^(test_\w+) .*skipped/gm)].map(([, name]) => name);
    assert.deepEqual(skipped, ["test_pager"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
