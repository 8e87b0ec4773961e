import { statSync } from "node:fs";

/** State of a file: path, size in bytes, times of content and of status in milliseconds. */
type Stamp = readonly [path: string, size: number, modified: number, changed: number];

/** Notes files so that another process can tell whether they are still the same. */
export class FileStamps {
  readonly #stamps = new Map<string, Stamp>();

  /** Notes the present state of a file, which need not exist; only the first call counts. */
  note(path: string): void {
    if (!this.#stamps.has(path)) this.#stamps.set(path, stamp(path));
  }

  /** All stamps as text. */
  toString(): string {
    return JSON.stringify([...this.#stamps.values()]);
  }
}

/** Whether all files are as they were when the text was made. */
export function sameFiles(stamps: string): boolean {
  return (JSON.parse(stamps) as Stamp[]).every(
    (noted) => String(noted) === String(stamp(noted[0])),
  );
}

function stamp(path: string): Stamp {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? [path, found.size, found.mtimeMs, found.ctimeMs] : [path, -1, 0, 0];
}
