import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import util from "node:util";
import { ProcessError } from "../errors.js";

/** The TensorFlow.js programming interface, whatever backend computes. */
export type TensorFlow = typeof import("@tensorflow/tfjs");

/** TensorFlow.js with the backend that this process computes on. */
export interface Engine {
  readonly tf: TensorFlow;
  readonly name: "tensorflow" | "wasm";
  /** Version of the TensorFlow library, or of the WASM backend. */
  readonly version: string;
  /** Why TensorFlow is not used; only with the WASM backend. */
  readonly reason?: string;
}

/** Environment of a child process that computes with TensorFlow: one thread, so equal bytes on any number of processes. */
export const singleThread: Readonly<Record<string, string>> = Object.freeze({
  TF_NUM_INTRAOP_THREADS: "1",
  TF_NUM_INTEROP_THREADS: "1",
  TF_CPP_MIN_LOG_LEVEL: "2",
});

/** What TensorFlow prints at its start although its log level is set. */
export const startChatter =
  /^(WARNING: All log messages before absl|[IW]0{4} .*(oneDNN custom operations|cpu_feature_guard)|To enable the following instructions)/;

let loading: Promise<Engine> | undefined;

/**
 * Loads TensorFlow.js once a process: on the TensorFlow library where `make environment` has built
 * its addon, else on the WASM backend with one line on stderr (unless `announce` is false).
 * `PHENOCOVER_ENGINE=wasm` asks for the WASM backend.
 *
 * @throws ProcessError when neither backend starts
 */
export function loadTensorFlow({ announce = true } = {}): Promise<Engine> {
  loading ??= load().then((engine) => {
    if (announce && engine.name === "wasm") process.stderr.write(`${wasmNotice(engine)}\n`);
    return engine;
  });
  return loading;
}

/** The line that says why networks run on the WASM backend. */
export function wasmNotice(engine: Pick<Engine, "version" | "reason">): string {
  return `TensorFlow is not used (${engine.reason}): networks run on the WASM backend ${engine.version}, about 20 times slower`;
}

async function load(): Promise<Engine> {
  const require = createRequire(import.meta.url);
  if (process.env.PHENOCOVER_ENGINE === "wasm") return loadWasm(require, "PHENOCOVER_ENGINE");
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  restoreRemovedUtilities();
  try {
    const tf = require("@tensorflow/tfjs-node-gpu") as TensorFlow;
    const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
    return { tf, name: "tensorflow", version: binding.TF_Version };
  } catch (error) {
    const text = String((error as Error).message ?? error);
    const reason = /can not be found at path/.test(text)
      ? "its addon is not built; `make environment` says why"
      : text.split("\n")[0]!;
    return loadWasm(require, reason);
  }
}

async function loadWasm(require: NodeJS.Require, reason: string): Promise<Engine> {
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
