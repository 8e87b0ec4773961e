import { type Engine, engineNotice } from "../engine/tensorflow.js";

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
 * Seconds of one core of the WASM backend for one date of one series and one product of channel
 * and unit, in training and in prediction (measured with an LSTM of 64 units on 10 channels).
 */
const wasmSeconds = { train: 8e-9, predict: 1.3e-9 };

/** Channels of a series with ten bands, eight indices, flag and day of year. */
const typicalChannels = 21;

/**
 * A receiver of engine messages that tells once, on stderr, that another backend than TensorFlow is
 * used and, for WASM, how long it will take.
 *
 * @param work series times dates, summed over all networks
 * @param units LSTM units of the networks
 */
export function fallbackNotice(
  kind: keyof typeof wasmSeconds,
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
    const products = (typicalChannels + units) * units;
    const minutes = (work * products * wasmSeconds[kind]) / processes / 60;
    process.stderr.write(`${notice}; about ${Math.ceil(minutes)} min\n`);
  };
}
