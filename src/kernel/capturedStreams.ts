import { captureChildOutput } from "./childOutput.js";
import type { StreamName } from "./streamRing.js";

/**
 * Sends what the process and its children print to `write`, which answers false for text that
 * belongs to no cell; that text goes where it would have gone.
 *
 * @param waiting counts synchronous children that the process waits for
 */
export function captureStreams(
  write: (stream: StreamName, bytes: Uint8Array) => boolean,
  waiting: Int32Array,
): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const original = stream.write.bind(stream) as (bytes: Uint8Array) => boolean;
    const captured = (
      chunk: string | Uint8Array,
      encoding?: BufferEncoding | (() => void),
      done?: () => void,
    ): boolean => {
      const bytes =
        typeof chunk === "string"
          ? Buffer.from(chunk, typeof encoding === "string" ? encoding : "utf8")
          : chunk;
      if (!write(name, bytes)) original(bytes);
      const callback = typeof encoding === "function" ? encoding : done;
      if (callback !== undefined) process.nextTick(callback);
      return true;
    };
    stream.write = captured as typeof stream.write;
  }
  captureChildOutput((stream, bytes) => {
    process[stream].write(bytes);
  }, waiting);
}
