import { type Engine, engineNotice } from "../engine/tensorflow.js";
import { wasmSeconds } from "./wasmCost.js";

/** Says which engine a child process computes on; its first report. */
export interface EngineMessage {
  readonly kind: "engine";
  readonly name: Engine["name"];
  readonly version: string;
  readonly reason?: string;
}

/** The report of a child process about its engine. */
export function engineMessage({ name, version, reason }: Engine): EngineMessage {
  return { kind: "engine", name, version, ...(reason ? { reason } : {}) };
}

/**
 * A receiver of engine messages that tells once, on stderr, that another backend than TensorFlow is
 * used and, for WASM, how long it will take.
 *
 * @param work series times dates, summed over all networks
 * @param units LSTM units of the networks
 */
export function fallbackNotice(
  kind: Parameters<typeof wasmSeconds>[0],
  work: number,
  units: number,
  processes: number,
): (message: EngineMessage) => void {
  let told = false;
  return (message) => {
    const notice = engineNotice(message);
    if (told || !notice) return;
    told = true;
    if (message.name !== "wasm") {
      process.stderr.write(`${notice}\n`);
      return;
    }
    const minutes = wasmSeconds(kind, work, units) / processes / 60;
    process.stderr.write(`${notice}; about ${Math.ceil(minutes)} min\n`);
  };
}
