import { spawn } from "node:child_process";
import { addonStamp } from "../engine/addon.js";
import type { EngineName } from "../engine/engineName.js";
import { compiledKernel } from "../engine/lstmKernel.js";
import { ProcessError } from "../errors.js";

/** The network engine of this installation. */
export interface EngineVersion {
  readonly name: EngineName;
  readonly version: string;
  /** Why TensorFlow is not used; null where it is. */
  readonly reason: string | null;
}

const program = `
import { loadTensorFlow } from ${JSON.stringify(new URL("../engine/tensorflow.js", import.meta.url).href)};
const { name, version, reason = null } = await loadTensorFlow({ announce: false }).catch((error) => {
  process.stderr.write("\\n" + error.message + "\\n");
  process.exit(1);
});
process.stdout.write("\\n" + JSON.stringify({ name, version, reason }), () => process.exit(0));
`;

/** What computes the networks of a study: the compiled LSTM layer where it runs, else an engine. */
export type StudyEngine = EngineVersion | { readonly name: "compiled"; readonly version: string };

/** Finds what computes the networks of a study on this machine. */
export async function studyEngine(): Promise<StudyEngine> {
  if (compiledKernel() === null) return engineVersion();
  return { name: "compiled", version: `LSTM layer ${addonStamp("lstm")?.slice(0, 12)}` };
}

/**
 * Asks a child process which engine computes networks, so that this process loads no native library.
 *
 * @throws ProcessError when no engine starts
 */
export async function engineVersion(): Promise<EngineVersion> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let answer = "";
  let trouble = "";
  child.stdout.on("data", (data) => {
    answer += data;
  });
  child.stderr.on("data", (data) => {
    trouble += data;
  });
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) {
    const line = trouble.trim().split("\n").at(-1) ?? "";
    throw new ProcessError("network engine", `does not start (exit code ${code}): ${line}`);
  }
  return JSON.parse(answer.trim().split("\n").at(-1)!) as EngineVersion;
}
