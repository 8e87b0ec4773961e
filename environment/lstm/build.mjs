// Compiles the LSTM kernel for this processor's vector instructions into .cache/native. Exits 0 with
// one line where there is no compiler: networks then compute with TensorFlow's own kernels.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const source = join(here, "lstm.cc");
const folder = join(root, ".cache", "native");
const addon = join(folder, "lstm.node");
const compiler = process.env.CXX ?? "g++";

/** Instruction sets from the widest to the narrowest that the processor may have. */
function variants() {
  if (process.arch !== "x64") return [{ lanes: 4, flags: [] }];
  const level = (name, lanes) => ({ lanes, flags: [`-march=x86-64-${name}`] });
  return [level("v4", 16), level("v3", 8)];
}

/** Compiles one variant and tells whether this processor can load it. */
function build({ lanes, flags }) {
  const temporary = join(folder, `lstm.part-${process.pid}.node`);
  const options = ["-O3", "-std=c++17", "-shared", "-fPIC", "-DNAPI_VERSION=8"];
  const include = `-I${join(root, "node_modules", "node-api-headers", "include")}`;
  const all = [...options, ...flags, `-DVECTOR_LANES=${lanes}`, include, source, "-o", temporary];
  try {
    if (spawnSync(compiler, all, { stdio: ["ignore", 2, 2] }).status !== 0) return false;
    const load = `require(${JSON.stringify(temporary)})`;
    if (spawnSync(process.execPath, ["-e", load], { stdio: "ignore" }).status !== 0) return false;
    renameSync(temporary, addon);
    return true;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function main() {
  const say = (line) => process.stdout.write(`LSTM kernel: ${line}\n`);
  const key = createHash("sha256").update(readFileSync(source)).digest("hex");
  const stamp = join(folder, "lstm.sha256");
  if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, "utf8") === key) {
    return say("up to date");
  }
  mkdirSync(folder, { recursive: true });
  rmSync(stamp, { force: true });
  rmSync(addon, { force: true });
  if (spawnSync(compiler, ["--version"], { stdio: "ignore" }).status !== 0) {
    return say(`not available, the C++ compiler ${compiler} was not found`);
  }
  const built = variants().find(build);
  if (!built) return say("not available here; TensorFlow's own kernels are used");
  writeFileSync(stamp, key);
  say(`compiled with vectors of ${built.lanes} values`);
}

main();
