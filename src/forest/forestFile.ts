import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import type { Bins } from "./bins.js";
import { type Forest, joinTrees, partTrees, type Tree } from "./forest.js";

/** What a forest's JSON header says besides the sizes of its arrays. */
export type ForestNotes = Readonly<Record<string, unknown>>;

const format = "phenocover-forest-2";
const headerFile = "forest.json";
const arraysFile = "forest.bin";

/** Sizes in the header, numbers of elements. */
const sizeNames = ["features", "classes", "gaps", "edges", "trees", "nodes", "mixed"] as const;
type Sizes = Readonly<Record<(typeof sizeNames)[number], number>>;

/**
 * Writes a forest as `forest.json` (sizes and notes) and `forest.bin` into a folder. All elements
 * take four bytes, little-endian: features with missing values, edges, nodes of each tree, length of
 * `mixed` of each tree, the nodes (a word each, see `Tree`), the leaves of several classes.
 */
export async function writeForest(
  folder: string,
  forest: Forest,
  notes: ForestNotes = {},
): Promise<void> {
  const { features, classes, gaps, edges } = forest;
  const trees = partTrees(forest);
  const arrays = [
    gaps,
    edges,
    Int32Array.from(trees, (tree) => tree.nodes.length),
    Int32Array.from(trees, (tree) => tree.mixed.length),
    ...trees.map((tree) => tree.nodes),
    ...trees.map((tree) => tree.mixed),
  ];
  const parts = arrays.map((a) => new Uint8Array(a.buffer, a.byteOffset, a.byteLength));
  await writeFileAtomic(join(folder, arraysFile), Buffer.concat(parts));
  const sizes: Sizes = {
    features,
    classes,
    gaps: gaps.length,
    edges: edges.length,
    trees: trees.length,
    nodes: forest.votes.length,
    mixed: forest.mixed.length,
  };
  const header = { format, ...sizes, ...notes };
  await writeFileAtomic(join(folder, headerFile), `${JSON.stringify(header, null, 2)}\n`);
}

/**
 * Reads what {@link writeForest} wrote.
 *
 * @throws FileError when a file is missing, the header is of another format or the arrays do not fit it
 */
export async function readForest(folder: string): Promise<{ forest: Forest; notes: ForestNotes }> {
  const path = join(folder, headerFile);
  const { sizes, notes } = readHeader(path, (await readWhole(path)).toString("utf8"));
  const file = join(folder, arraysFile);
  const bytes = await readWhole(file);
  const { gaps, edges, trees, nodes, mixed, features, classes } = sizes;
  const expected = 4 * (gaps + edges + 2 * trees + nodes + mixed);
  if (bytes.length !== expected) {
    throw new FileError(file, `has ${bytes.length} bytes, expected ${expected}`);
  }
  const words = new Int32Array(new SharedArrayBuffer(expected));
  new Uint8Array(words.buffer).set(bytes);
  let at = 0;
  const integers = (length: number) => {
    at += length;
    return words.subarray(at - length, at);
  };
  const floats = (length: number) => {
    at += length;
    return new Float32Array(words.buffer, 4 * (at - length), length);
  };
  const bins: Bins = { features, gaps: integers(gaps), edges: floats(edges) };
  const nodeCounts = integers(trees);
  const mixedLengths = integers(trees);
  const treeNodes = Array.from(nodeCounts, integers);
  const treeMixed = Array.from(mixedLengths, floats);
  const parts = treeNodes.map((own, t): Tree => ({ nodes: own, mixed: treeMixed[t]! }));
  const broken = parts.findIndex((tree) => !isWhole(tree, sizes));
  if (broken >= 0 || at !== words.length) {
    throw new FileError(file, `tree ${Math.max(0, broken)} is damaged, write the forest again`);
  }
  return { forest: joinTrees(parts, classes, bins), notes };
}

async function readWhole(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FileError(path, "cannot be read, expected a file of a forest", { cause });
  }
}

function readHeader(path: string, text: string): { sizes: Sizes; notes: ForestNotes } {
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new FileError(path, "is no JSON, expected a forest's header", { cause });
  }
  const { format: found, ...rest } = header;
  if (found !== format) throw new FileError(path, `format is ${found}, expected ${format}`);
  const sizes = Object.fromEntries(sizeNames.map((name) => [name, rest[name]])) as Sizes;
  for (const name of sizeNames) {
    if (!Number.isInteger(sizes[name]) || sizes[name] < 0) {
      throw new FileError(path, `${name} is ${sizes[name]}, expected a whole number`);
    }
    delete rest[name];
  }
  return { sizes, notes: rest };
}

/** Whether a tree's words lead nowhere outside it: a walk over damaged ones might never end. */
function isWhole({ nodes, mixed }: Tree, { features, gaps, classes }: Sizes): boolean {
  let parents = 0;
  for (const word of nodes) {
    if (word >= 0) {
      parents++;
      if (word >> 16 >= features + gaps || (word & 0xffff) === 0xffff) return false;
    } else {
      const vote = ~word;
      if (vote < classes) continue;
      const at = vote - classes;
      const last = at + 2 * (mixed[at] ?? Number.NaN);
      if (!(last < mixed.length)) return false;
      for (let k = at + 1; k < last; k += 2) if (!(mixed[k]! < classes)) return false;
    }
  }
  return nodes.length === 2 * parents + 1;
}
