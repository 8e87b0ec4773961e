import { columnCount, createRanking, emptyRanks, type Ranks, rankRows } from "./bins.js";
import type { Forest } from "./forest.js";

/** Bytes of ranks of the rows that go through a tree together: they stay in the processor's cache. */
const blockBytes = 400_000;

/** Rows that are voted on together, a multiple of four. */
export function blockRows(forest: Forest): number {
  const rows = Math.floor(blockBytes / columnCount(forest));
  return Math.min(4_096, Math.max(64, rows)) & ~3;
}

/**
 * Mean class shares of all trees for the rows first..last-1.
 *
 * @param values rows [n][features]
 * @param shares filled: [n][classes], each row sums to 1
 * @throws DataError when a value is infinite, or missing where no value was missing in training
 */
export function voteRows(
  forest: Forest,
  values: Float32Array,
  first: number,
  last: number,
  shares: Float32Array,
): void {
  const block = Math.min(blockRows(forest), last - first);
  const ranks = emptyRanks(forest, block);
  const ranking = createRanking(forest);
  for (let from = first; from < last; from += block) {
    const to = Math.min(last, from + block);
    rankRows(ranking, values, from, to, ranks);
    voteRanks(forest, ranks, to - from, shares, from * forest.classes);
  }
}

/**
 * {@link voteRows} for rows that are already ranked. Four rows walk down a tree side by side: the
 * time goes into waiting for nodes from the cache, and four wait at once.
 *
 * @param ranks [count][columns]
 * @param shares filled from position `at`: [count][classes]
 */
export function voteRanks(
  forest: Forest,
  ranks: Ranks,
  count: number,
  shares: Float32Array,
  at: number,
): void {
  const { classes, roots, nodes } = forest;
  const columns = columnCount(forest);
  shares.fill(0, at, at + count * classes);
  const fours = count & ~3;
  for (let t = 0; t < roots.length; t++) {
    const root = roots[t]!;
    for (let i = 0; i < fours; i += 4) {
      const rowA = i * columns;
      const rowB = rowA + columns;
      const rowC = rowB + columns;
      const rowD = rowC + columns;
      let a = root;
      let b = root;
      let c = root;
      let d = root;
      for (;;) {
        const testA = nodes[a]!;
        const testB = nodes[b]!;
        const testC = nodes[c]!;
        const testD = nodes[d]!;
        // Added as a number, the comparison needs no branch.
        const nextA = nodes[a + 1]! + (+(ranks[rowA + (testA >> 16)]! > (testA & 0xffff)) << 1);
        const nextB = nodes[b + 1]! + (+(ranks[rowB + (testB >> 16)]! > (testB & 0xffff)) << 1);
        const nextC = nodes[c + 1]! + (+(ranks[rowC + (testC >> 16)]! > (testC & 0xffff)) << 1);
        const nextD = nodes[d + 1]! + (+(ranks[rowD + (testD >> 16)]! > (testD & 0xffff)) << 1);
        if (((nextA - a) | (nextB - b) | (nextC - c) | (nextD - d)) === 0) break;
        a = nextA;
        b = nextB;
        c = nextC;
        d = nextD;
      }
      const out = at + i * classes;
      addVote(forest, a, shares, out);
      addVote(forest, b, shares, out + classes);
      addVote(forest, c, shares, out + 2 * classes);
      addVote(forest, d, shares, out + 3 * classes);
    }
    for (let i = fours; i < count; i++) {
      const row = i * columns;
      let node = root;
      for (let next = nodes[node + 1]!; next !== node; next = nodes[node + 1]!) {
        const test = nodes[node]!;
        node = ranks[row + (test >> 16)]! > (test & 0xffff) ? next + 2 : next;
      }
      addVote(forest, node, shares, at + i * classes);
    }
  }
  const scale = 1 / roots.length;
  for (let i = at; i < at + count * classes; i++) shares[i]! *= scale;
}

function addVote(
  { votes, mixed, classes }: Forest,
  node: number,
  shares: Float32Array,
  at: number,
): void {
  const vote = votes[node >> 1]!;
  if (vote < classes) {
    shares[at + vote]! += 1;
    return;
  }
  const first = vote - classes;
  const last = first + 2 * mixed[first]!;
  for (let k = first + 1; k < last; k += 2) shares[at + mixed[k]!]! += mixed[k + 1]!;
}
