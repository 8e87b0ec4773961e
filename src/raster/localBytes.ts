import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { FileError } from "../errors.js";
import type { ByteSource } from "./byteSource.js";

/**
 * Bytes of a local file. Reading blocks the thread: the pieces are small, and a worker has nothing
 * else to do meanwhile.
 *
 * @throws FileError when the file cannot be opened, on reading when it ends before a range
 */
export function openLocalBytes(path: string): ByteSource {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FileError(path, `cannot be opened: ${reason}`, { cause });
  }
  const { size } = fstatSync(file);
  let received = 0;
  return {
    name: path,
    size,
    etag: null,
    received: () => received,
    async read(ranges) {
      return ranges.map(({ offset, length }) => {
        const bytes = new Uint8Array(length);
        let done = 0;
        while (done < length) {
          const count = readSync(file, bytes, done, length - done, offset + done);
          if (count === 0) {
            const problem = `ends at byte ${offset + done}, expected ${length} bytes from ${offset}`;
            throw new FileError(path, problem);
          }
          done += count;
          received += count;
        }
        return bytes.buffer;
      });
    },
    close: () => closeSync(file),
  };
}
