import type { GrownTree } from "./treeGrower.js";

/**
 * Share of each feature in the decrease of Gini impurity: that of every tree summed to 1, then their
 * mean (Breiman 2001). It favours features of many values; see `permutationImportance`.
 */
export function giniImportance(trees: readonly Pick<GrownTree, "gains">[]): Float64Array {
  const importance = new Float64Array(trees[0]?.gains.length ?? 0);
  let grown = 0;
  for (const { gains } of trees) {
    const total = gains.reduce((sum, gain) => sum + gain, 0);
    if (total <= 0) continue;
    grown++;
    for (let f = 0; f < importance.length; f++) importance[f]! += gains[f]! / total;
  }
  return importance.map((share) => share / Math.max(1, grown));
}
