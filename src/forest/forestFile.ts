import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import { emptyForest, type Forest } from "./forest.js";

/** What a forest's JSON header says besides the sizes of its arrays. */
export type ForestNotes = Readonly<Record<string, unknown>>;

const format = "phenocover-forest-1";
const headerFile = "forest.json";
const arraysFile = "forest.bin";

/** The arrays of a forest in the order of the file; all elements take four bytes, little-endian. */
const arrays = (forest: Forest) =>
  [forest.roots, forest.feature, forest.threshold, forest.next, forest.leaves] as const;

/**
 * Writes a forest as `forest.json` (sizes and notes) and `forest.bin` (roots, feature, threshold,
 * next, leaves) into a folder.
 */
export async function writeForest(
  folder: string,
  forest: Forest,
  notes: ForestNotes = {},
): Promise<void> {
  const parts = arrays(forest).map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength));
  await writeFileAtomic(join(folder, arraysFile), Buffer.concat(parts));
  const header = {
    format,
    features: forest.features,
    classes: forest.classes,
    trees: forest.roots.length,
    nodes: forest.feature.length,
    leaves: forest.leaves.length / forest.classes,
    ...notes,
  };
  await writeFileAtomic(join(folder, headerFile), `${JSON.stringify(header, null, 2)}\n`);
}

/**
 * Reads what {@link writeForest} wrote.
 *
 * @throws FileError when the header is of another format or the arrays have another length
 */
export async function readForest(folder: string): Promise<{ forest: Forest; notes: ForestNotes }> {
  const path = join(folder, headerFile);
  const header = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  if (header.format !== format) {
    throw new FileError(path, `format is ${String(header.format)}, expected ${format}`);
  }
  const { format: _format, features, classes, trees, nodes, leaves, ...notes } = header;
  const sizes = { features, classes, trees, nodes, leaves };
  for (const [name, size] of Object.entries(sizes)) {
    if (!Number.isInteger(size)) throw new FileError(path, `${name} is ${size}, expected a number`);
  }
  const forest = emptyForest(...(Object.values(sizes) as [number, number, number, number, number]));
  const bytes = await readFile(join(folder, arraysFile));
  const expected = arrays(forest).reduce((sum, a) => sum + a.byteLength, 0);
  if (bytes.length !== expected) {
    throw new FileError(
      join(folder, arraysFile),
      `has ${bytes.length} bytes, expected ${expected}`,
    );
  }
  let offset = 0;
  for (const a of arrays(forest)) {
    const part = bytes.subarray(offset, offset + a.byteLength);
    new Uint8Array(a.buffer, a.byteOffset, a.byteLength).set(part);
    offset += a.byteLength;
  }
  return { forest, notes };
}
