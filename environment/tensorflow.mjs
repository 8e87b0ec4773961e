// Puts @tensorflow/tfjs-node-gpu on a current TensorFlow library: fetches the pinned wheel from the
// Python package index into .cache/tensorflow, links the library and its headers into the npm
// package and compiles the addon. Exits 0 with one clear line where a tool is missing: the package
// then computes on its WASM backend. PHENOCOVER_TENSORFLOW=cuda takes the wheel with CUDA kernels and
// NVIDIA's libraries instead of the one for processors. PHENOCOVER_LIBTENSORFLOW names a folder
// with a site's own library (lib/libtensorflow.so and include/, or an installed Python package
// `tensorflow`).
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const addonPackage = join(root, "node_modules", "@tensorflow", "tfjs-node-gpu");
const headersPackage = join(root, "node_modules", "node-api-headers");
const variants = {
  cpu: { requirements: "tensorflow.txt", suffix: "", download: "274 MB" },
  cuda: { requirements: "tensorflow-cuda.txt", suffix: "-cuda", download: "3.2 GB" },
};
const say = (line) => process.stdout.write(`${line}\n`);

/** A reason why TensorFlow cannot be used here; not an error, the WASM backend takes over. */
class Unavailable extends Error {}

/** A variable with a value that means nothing. */
class WrongVariable extends Error {}

/** Runs a command and returns its exit status; a missing program counts as 127. */
function run(command, args, stdio = "ignore") {
  const { status, error } = spawnSync(command, args, { stdio });
  return error ? 127 : (status ?? 1);
}

/** The first of the given files that exists below one of the folders. */
function find(folders, names) {
  for (const folder of folders) {
    for (const name of names) {
      if (existsSync(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}

/** Library files and headers below a folder, in the layouts of the wheel and of the C archive. */
function libraryIn(folder) {
  const places = [join(folder, "lib"), folder, join(folder, "tensorflow")];
  const library = find(places, ["libtensorflow.so", "libtensorflow.so.2", "libtensorflow_cc.so.2"]);
  const framework = find(places, ["libtensorflow_framework.so.2", "libtensorflow_framework.so"]);
  const include = [join(folder, "include"), join(folder, "tensorflow", "include")].find((place) =>
    existsSync(join(place, "tensorflow", "c", "c_api.h")),
  );
  const nvidia = join(folder, "nvidia");
  const found = library && framework && include;
  return found && { library, framework, include, nvidia: existsSync(nvidia) ? nvidia : null };
}

/** The pinned wheels that are asked for. */
function chooseVariant() {
  const name = process.env.PHENOCOVER_TENSORFLOW ?? "cpu";
  if (Object.hasOwn(variants, name)) return variants[name];
  throw new WrongVariable(`PHENOCOVER_TENSORFLOW: ${name} found, expected cpu or cuda`);
}

/** Downloads and unpacks the pinned wheels unless the cache holds them; returns the folder. */
function fetchLibrary() {
  const { requirements: file, suffix, download } = chooseVariant();
  const requirements = join(root, "environment", file);
  const version = /tensorflow\S*==([\d.]+)/.exec(readFileSync(requirements, "utf8"))[1];
  const folder = join(root, ".cache", "tensorflow", `${version}${suffix}`);
  if (libraryIn(folder)) return folder;
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Unavailable(`no pinned library for ${process.platform} on ${process.arch}`);
  }
  if (run("python3", ["-m", "pip", "--version"]) !== 0) {
    throw new Unavailable("python3 with pip was not found");
  }
  say(`TensorFlow ${version}: fetching its library (${download}, once)`);
  const temporary = `${folder}.part-${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  try {
    const target = "--implementation cp --python-version 3.12 --abi cp312 --abi none".split(" ");
    // What is built for an older Linux is published under the name of the oldest.
    const platforms = ["manylinux_2_27", "manylinux_2_17", "manylinux_2_12"];
    const options = ["--no-deps", "--only-binary=:all:"];
    for (const platform of platforms) options.push("--platform", `${platform}_x86_64`);
    const pip = ["-m", "pip", "download", "--disable-pip-version-check", "--require-hashes"];
    const what = ["-r", requirements, "-d", temporary];
    if (run("python3", [...pip, ...options, ...target, ...what], ["ignore", 2, 2]) !== 0) {
      throw new Unavailable("pip could not fetch the TensorFlow wheel (its messages are above)");
    }
    const wheels = readdirSync(temporary).filter((name) => name.endsWith(".whl"));
    const unpack = `
import sys, zipfile
wanted = ("tensorflow/libtensorflow", "tensorflow/include/", "nvidia/")
for wheel in sys.argv[2:]:
    archive = zipfile.ZipFile(wheel)
    archive.extractall(sys.argv[1], [name for name in archive.namelist() if name.startswith(wanted)])`;
    const paths = wheels.map((name) => join(temporary, name));
    if (run("python3", ["-c", unpack, temporary, ...paths], ["ignore", 2, 2]) !== 0) {
      throw new Unavailable("the TensorFlow wheel could not be unpacked (disk full?)");
    }
    for (const path of paths) rmSync(path);
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** Links a TensorFlow library into the npm package and compiles the addon against it. */
function buildAddon({ library, framework, include, nvidia }) {
  const compiler = process.env.CXX ?? "g++";
  if (run(compiler, ["--version"]) !== 0) {
    throw new Unavailable(`the C++ compiler ${compiler} was not found`);
  }
  const deps = join(addonPackage, "deps");
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(join(deps, "lib"), { recursive: true });
  symlinkSync(include, join(deps, "include"));
  for (const name of ["libtensorflow.so", "libtensorflow.so.2", "libtensorflow_cc.so.2"]) {
    symlinkSync(library, join(deps, "lib", name));
  }
  for (const name of ["libtensorflow_framework.so", "libtensorflow_framework.so.2"]) {
    symlinkSync(framework, join(deps, "lib", name));
  }
  // The library looks for NVIDIA's beside its own folder.
  if (nvidia) symlinkSync(nvidia, join(deps, "nvidia"));
  const output = join(addonPackage, "lib", "napi-v8");
  mkdirSync(output, { recursive: true });
  const sources = readdirSync(join(addonPackage, "binding"))
    .filter((name) => name.endsWith(".cc"))
    .sort()
    .map((name) => join(addonPackage, "binding", name));
  const flags = [
    ..."-O2 -std=c++17 -shared -fPIC -w -DNAPI_VERSION=8".split(" "),
    `-I${addonPackage}`,
    `-I${join(deps, "include")}`,
    `-I${join(headersPackage, "include")}`,
    ...sources,
    `-L${join(deps, "lib")}`,
    "-ltensorflow",
    "-ltensorflow_framework",
    "-Wl,-rpath,$ORIGIN/../../deps/lib",
    "-Wl,--allow-shlib-undefined",
    "-o",
    join(output, "tfjs_binding.node"),
  ];
  if (run(compiler, flags, ["ignore", 2, 2]) !== 0) {
    throw new Unavailable(`${compiler} could not compile the addon (its messages are above)`);
  }
}

/** The version that the built addon reports, or undefined where it does not load. */
function loadedVersion() {
  const script = `process.stdout.write(require(${JSON.stringify(
    join(output(), "tfjs_binding.node"),
  )}).TF_Version)`;
  const child = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  return child.status === 0 ? child.stdout.trim() : undefined;
}

const output = () => join(addonPackage, "lib", "napi-v8");

function main() {
  if (!existsSync(addonPackage)) {
    say("TensorFlow: node_modules is missing; run `npm ci` first");
    return 1;
  }
  const site = process.env.PHENOCOVER_LIBTENSORFLOW;
  const built = join(output(), "built-for.txt");
  try {
    const folder = site ? resolve(site) : fetchLibrary();
    const files = libraryIn(folder);
    if (!files) {
      const problem = `${folder} holds no TensorFlow library with C headers`;
      throw new WrongVariable(`PHENOCOVER_LIBTENSORFLOW: ${problem}`);
    }
    if (!existsSync(built) || readFileSync(built, "utf8") !== files.library) {
      say("TensorFlow: compiling the addon");
      rmSync(built, { force: true });
      buildAddon(files);
      const version = loadedVersion();
      if (!version) throw new Unavailable(`the addon does not load ${files.library}`);
      writeFileSync(built, files.library);
      say(`TensorFlow ${version}: addon built`);
    } else say("TensorFlow: addon up to date");
  } catch (error) {
    if (error instanceof WrongVariable) {
      say(error.message);
      return 1;
    }
    if (!(error instanceof Unavailable)) throw error;
    rmSync(output(), { recursive: true, force: true });
    say(`TensorFlow is not available: ${error.message}. Networks run on the slower WASM backend.`);
  }
  return 0;
}

process.exitCode = main();
