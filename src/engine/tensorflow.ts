import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import util from "node:util";
import { ProcessError } from "../errors.js";
import { type EngineName, engineChoice } from "./engineName.js";
import { loadWebGpu } from "./webgpu.js";

/** The TensorFlow.js programming interface, whatever backend computes. */
export type TensorFlow = typeof import("@tensorflow/tfjs");

/** TensorFlow.js with the backend that this process computes on. */
export interface Engine {
  readonly tf: TensorFlow;
  readonly name: EngineName;
  /** Version of the TensorFlow library, with `on CUDA` on a graphics card, of the WASM backend, or of WebGPU with the device's name. */
  readonly version: string;
  /** Why TensorFlow is not used; only with the other backends. */
  readonly reason?: string;
}

/** Environment of a child process that computes with TensorFlow: one thread, so equal bytes on any number of processes. */
export const singleThread: Readonly<Record<string, string>> = Object.freeze({
  TF_NUM_INTRAOP_THREADS: "1",
  TF_NUM_INTEROP_THREADS: "1",
  TF_CPP_MIN_LOG_LEVEL: "2",
});

/** What TensorFlow and Vulkan drivers print at their start although no log is asked for. */
export const startChatter =
  /^(WARNING: All log messages before absl|[IW]0{4} .*(oneDNN custom operations|cpu_feature_guard)|To enable the following instructions|error: XDG_RUNTIME_DIR)/;

let loading: Promise<Engine> | undefined;

/**
 * Loads TensorFlow.js once a process, on the backend that `PHENOCOVER_ENGINE` names. By default
 * (`auto`) that is the TensorFlow library where `make environment` has built its addon, else WebGPU
 * where there is a graphics device, else WASM; what is not TensorFlow is told in one line on stderr
 * (unless `announce` is false).
 *
 * @throws ProcessError when the backend asked for does not start, or none does
 * @throws UsageError when `PHENOCOVER_ENGINE` has an unknown value
 */
export function loadTensorFlow({ announce = true } = {}): Promise<Engine> {
  loading ??= load().then((engine) => {
    const notice = engineNotice(engine);
    if (announce && notice) process.stderr.write(`${notice}\n`);
    return engine;
  });
  return loading;
}

/** The line that says which backend networks run on instead of TensorFlow; null for TensorFlow. */
export function engineNotice(engine: Omit<Engine, "tf">): string | null {
  const { name, version, reason } = engine;
  if (name === "tensorflow") return null;
  const where = name === "webgpu" ? version : `the WASM backend ${version}, about 20 times slower`;
  return `TensorFlow is not used (${reason}): networks run on ${where}`;
}

/** Whether networks run on TensorFlow and the processor; told without loading any of it. */
export function usesProcessor(): boolean {
  const choice = engineChoice(variable, process.env[variable]);
  if (choice === "webgpu" || choice === "wasm") return false;
  const addonPackage = dirname(
    createRequire(import.meta.url).resolve("@tensorflow/tfjs-node-gpu/package.json"),
  );
  const addon = join(addonPackage, "lib", "napi-v8", "tfjs_binding.node");
  const cuda = existsSync(join(addonPackage, "deps", "nvidia"));
  return existsSync(addon) && !(cuda && existsSync("/proc/driver/nvidia/version"));
}

/** The variable that chooses the engine; child processes inherit it. */
const variable = "PHENOCOVER_ENGINE";

async function load(): Promise<Engine> {
  const choice = engineChoice(variable, process.env[variable]);
  const asked = `${variable}=${choice}`;
  if (choice === "wasm") return loadWasm(asked);
  if (choice === "webgpu") {
    try {
      return await webGpuEngine({ software: true }, asked);
    } catch (error) {
      throw new ProcessError(asked, firstLine(error), { cause: error });
    }
  }
  let reason: string;
  try {
    return loadNative();
  } catch (error) {
    reason = /can not be found at path/.test(String(error))
      ? "its addon is not built; `make environment` says why"
      : firstLine(error);
    if (choice === "tensorflow") throw new ProcessError(asked, reason, { cause: error });
  }
  try {
    return await webGpuEngine({ software: false }, reason);
  } catch {
    // Most machines without TensorFlow have no graphics device either: WASM runs anywhere.
    return loadWasm(reason);
  }
}

const firstLine = (error: unknown): string =>
  String((error as Error).message ?? error).split("\n")[0]!;

/** What TensorFlow's backend tells of itself, beside its interface. */
interface NativeBackend {
  readonly binding: { readonly TF_Version: string };
  readonly isUsingGpuDevice: boolean;
}

function loadNative(): Engine {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  // Without it every process takes all of a graphics card's memory.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
  restoreRemovedUtilities();
  const require = createRequire(import.meta.url);
  const tf = require("@tensorflow/tfjs-node-gpu") as TensorFlow;
  const backend = tf.backend() as unknown as NativeBackend;
  const version = backend.binding.TF_Version;
  return {
    tf,
    name: "tensorflow",
    version: backend.isUsingGpuDevice ? `${version} on CUDA` : version,
  };
}

async function webGpuEngine(options: { software: boolean }, reason: string): Promise<Engine> {
  const { tf, version, device } = await loadWebGpu(options);
  return { tf, name: "webgpu", version: `WebGPU ${version} on ${device}`, reason };
}

async function loadWasm(reason: string): Promise<Engine> {
  const require = createRequire(import.meta.url);
  const tf = require("@tensorflow/tfjs") as TensorFlow;
  const wasm =
    require("@tensorflow/tfjs-backend-wasm") as typeof import("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")), "/"));
  // Threads of the WASM backend would change the order of sums; processes use the cores.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  if (!(await tf.setBackend("wasm"))) {
    throw new ProcessError("TensorFlow.js", `no backend starts (${reason}; WASM neither)`);
  }
  await tf.ready();
  return { tf, name: "wasm", version: wasm.version_wasm, reason };
}

/** tfjs-node 4.22 calls two functions of `node:util` that Node 23 removed. */
function restoreRemovedUtilities(): void {
  const target = util as unknown as Record<string, unknown>;
  target.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  target.isArray ??= Array.isArray;
}
