import { readFile } from "node:fs/promises";
import { writeFileAtomic } from "../files/atomic.js";
import type { AdamState } from "./adam.js";
import type { EpochRow } from "./train.js";

/** All that a training knows at the end of an epoch. */
export interface TrainingState {
  readonly rows: readonly EpochRow[];
  /** State of the learner. */
  readonly learner: Float32Array;
  readonly adam: AdamState;
  /** State of the learner at the lowest validation loss so far; null where it is not looked for. */
  readonly best: Float32Array | null;
}

/** Where a training leaves its state. */
export interface Checkpoint {
  load(): Promise<TrainingState | null>;
  save(state: TrainingState): Promise<void>;
}

/**
 * A checkpoint in a file: a line of JSON, behind it the arrays.
 *
 * @param identity tells whether a file is of the same training; another's is not loaded
 */
export function fileCheckpoint(path: string, identity: string): Checkpoint {
  return {
    async load() {
      const bytes = await readFile(path).catch(() => null);
      if (bytes === null) return null;
      const end = bytes.indexOf("\n");
      const header = JSON.parse(bytes.toString("utf8", 0, end)) as Header;
      if (header.identity !== identity) return null;
      const values = new Float32Array(new Uint8Array(bytes.subarray(end + 1)).buffer);
      let start = 0;
      const [learner, mean, square, best] = header.lengths.map((length) => {
        start += length;
        return values.slice(start - length, start);
      }) as [Float32Array, Float32Array, Float32Array, Float32Array];
      const { rows, step } = header;
      const adam = { step, mean, square };
      return { rows, learner, adam, best: best.length > 0 ? best : null };
    },
    async save({ rows, learner, adam, best }) {
      const arrays = [learner, adam.mean, adam.square, best ?? new Float32Array()];
      const lengths = arrays.map(({ length }) => length);
      const header: Header = { identity, step: adam.step, rows, lengths };
      const parts = arrays.map((part) =>
        Buffer.from(part.buffer, part.byteOffset, part.byteLength),
      );
      const text = Buffer.from(`${JSON.stringify(header)}\n`);
      await writeFileAtomic(path, Buffer.concat([text, ...parts]));
    },
  };
}

interface Header {
  readonly identity: string;
  readonly step: number;
  readonly rows: readonly EpochRow[];
  /** Values of the learner, of both of Adam's means and of the best learner. */
  readonly lengths: readonly number[];
}
