// Compiles the kernels in C++ for this processor's vector instructions into .cache/native. Exits 0 with
// a line each where there is no compiler: what stands in for them computes the same.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const folder = join(root, ".cache", "native");
const compiler = process.env.CXX ?? "g++";

const addons = [
  {
    name: "lstm",
    title: "LSTM kernel",
    flags: ["-pthread"],
    otherwise: "TensorFlow's own kernels are used",
  },
  {
    name: "hmm",
    title: "HMM kernel",
    // Sums and products as in JavaScript.
    flags: ["-ffp-contract=off"],
    otherwise: "the slower one in TypeScript is used",
  },
  {
    name: "kmeans",
    title: "K-means kernel",
    flags: ["-ffp-contract=off", "-pthread"],
    otherwise: "the slower one in TypeScript is used",
  },
];

/** Instruction sets from the widest to the narrowest that the processor may have. */
function variants() {
  if (process.arch !== "x64") return [{ lanes: 4, flags: [] }];
  const level = (name, lanes) => ({ lanes, flags: [`-march=x86-64-${name}`] });
  return [level("v4", 16), level("v3", 8)];
}

const shared = join(here, "nodeApi.h");
const sourceOf = (name) => join(here, name, `${name}.cc`);
const addonOf = (name) => join(folder, `${name}.node`);

/** Compiles one variant of an addon and tells whether this processor can load and run it. */
function build({ name, flags: own }, { lanes, flags }) {
  const temporary = join(folder, `${name}.part-${process.pid}.node`);
  const options = ["-O3", "-std=c++17", "-shared", "-fPIC", "-DNAPI_VERSION=8", ...own];
  const headers = [here, join(root, "node_modules", "node-api-headers", "include")];
  const all = [
    ...options,
    ...flags,
    `-DVECTOR_LANES=${lanes}`,
    ...headers.map((folder) => `-I${folder}`),
    sourceOf(name),
    "-o",
    temporary,
  ];
  try {
    if (spawnSync(compiler, all, { stdio: ["ignore", 2, 2] }).status !== 0) return false;
    const load = `require(${JSON.stringify(temporary)})`;
    if (spawnSync(process.execPath, ["-e", load], { stdio: "ignore" }).status !== 0) return false;
    renameSync(temporary, addonOf(name));
    return true;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function compile(addon) {
  const { name, title, otherwise } = addon;
  const say = (line) => process.stdout.write(`${title}: ${line}\n`);
  const key = [sourceOf(name), shared, fileURLToPath(import.meta.url)]
    .reduce((hash, file) => hash.update(readFileSync(file)), createHash("sha256"))
    .digest("hex");
  const stamp = join(folder, `${name}.sha256`);
  if (existsSync(addonOf(name)) && existsSync(stamp) && readFileSync(stamp, "utf8") === key) {
    return say("up to date");
  }
  mkdirSync(folder, { recursive: true });
  rmSync(stamp, { force: true });
  rmSync(addonOf(name), { force: true });
  if (spawnSync(compiler, ["--version"], { stdio: "ignore" }).status !== 0) {
    return say(`not available, the C++ compiler ${compiler} was not found; ${otherwise}`);
  }
  const built = variants().find((variant) => build(addon, variant));
  if (!built) return say(`not available here; ${otherwise}`);
  writeFileSync(stamp, key);
  say(`compiled with vectors of ${built.lanes} values`);
}

addons.forEach(compile);
