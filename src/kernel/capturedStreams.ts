import { Console } from "node:console";
import { captureChildOutput } from "./childOutput.js";
import type { StreamName } from "./streamRing.js";

/**
 * Sends what the process and its children print to `write`, which answers false for text that
 * belongs to no cell; that text goes where it would have gone.
 *
 * @param waiting counts synchronous children that the process waits for
 */
export function captureStreams(
  write: (stream: StreamName, text: string | Uint8Array) => boolean,
  waiting: Int32Array,
): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const original = stream.write.bind(stream) as (text: string | Uint8Array) => boolean;
    const captured = (
      chunk: string | Uint8Array,
      encoding?: BufferEncoding | ((error: null) => void),
      done?: (error: null) => void,
    ): boolean => {
      const text =
        typeof chunk === "string" && typeof encoding === "string" && !/^utf-?8$/i.test(encoding)
          ? Buffer.from(chunk, encoding)
          : chunk;
      if (!write(name, text)) original(text);
      const callback = typeof encoding === "function" ? encoding : done;
      if (callback !== undefined) process.nextTick(callback, null);
      return true;
    };
    stream.write = captured as typeof stream.write;
  }
  // The first console guards each line against errors of its stream, which these do not have: that
  // takes half of its time.
  const { stdout, stderr } = process;
  Object.assign(console, new Console({ stdout, stderr, ignoreErrors: false }));
  captureChildOutput((stream, bytes) => {
    process[stream].write(bytes);
  }, waiting);
}
