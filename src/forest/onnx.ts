import { encodeOnnx, type OnnxAttribute } from "../files/onnx.js";
import { type Forest, isLeaf } from "./forest.js";

/**
 * A forest as an ONNX model: input `values` float [n][features], outputs `label` int64 [n] and
 * `shares` float [n][classes], by one TreeEnsembleClassifier (ai.onnx.ml 3).
 *
 * @param classIds value of `label` for each class, 0 or more; default 0..classes-1
 * @param metadata pairs kept in the model, such as the legend
 */
export function forestOnnx(
  forest: Forest,
  classIds: readonly number[] = Array.from({ length: forest.classes }, (_, c) => c),
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const attributes = { ...treeAttributes(forest), classlabels_int64s: { ints: classIds } };
  return encodeOnnx({
    name: "forest",
    nodes: [
      {
        operator: "TreeEnsembleClassifier",
        domain: "ai.onnx.ml",
        inputs: ["values"],
        outputs: ["label", "shares"],
        attributes,
      },
    ],
    inputs: [{ name: "values", type: "float", shape: ["n", forest.features] }],
    outputs: [
      { name: "label", type: "int64", shape: ["n"] },
      { name: "shares", type: "float", shape: ["n", forest.classes] },
    ],
    operatorSets: { "ai.onnx.ml": 3 },
    metadata,
  });
}

function treeAttributes(forest: Forest): Record<string, OnnxAttribute> {
  const { features, classes, gaps, edges, roots, nodes, votes, mixed } = forest;
  const stride = edges.length / features;
  const treeIds: number[] = [];
  const nodeIds: number[] = [];
  const featureIds: number[] = [];
  const values: number[] = [];
  const modes: string[] = [];
  const lower: number[] = [];
  const higher: number[] = [];
  const missingLower: number[] = [];
  const leaf = { trees: [] as number[], nodes: [] as number[], classes: [] as number[] };
  const weights: number[] = [];
  const addVote = (tree: number, node: number, column: number, share: number) => {
    leaf.trees.push(tree);
    leaf.nodes.push(node);
    leaf.classes.push(column);
    weights.push(share / roots.length);
  };
  for (let t = 0; t < roots.length; t++) {
    const root = roots[t]!;
    for (let at = root; at < (roots[t + 1] ?? nodes.length); at += 2) {
      const id = (at - root) / 2;
      const ends = isLeaf(forest, at);
      const column = ends ? 0 : nodes[at]! >> 16;
      const feature = column < features ? column : gaps[column - features]!;
      const child = ends ? 0 : (nodes[at + 1]! - root) / 2;
      treeIds.push(t);
      nodeIds.push(id);
      featureIds.push(feature);
      values.push(ends ? 0 : edges[feature * stride + (nodes[at]! & 0xffff)]!);
      modes.push(ends ? "LEAF" : "BRANCH_LEQ");
      lower.push(child);
      higher.push(ends ? 0 : child + 1);
      missingLower.push(column < features ? 1 : 0);
      if (!ends) continue;
      const vote = votes[at / 2]!;
      if (vote < classes) addVote(t, id, vote, 1);
      const first = vote - classes;
      for (let k = first + 1; k < first + 2 * (mixed[first] ?? 0); k += 2) {
        addVote(t, id, mixed[k]!, mixed[k + 1]!);
      }
    }
  }
  return {
    nodes_treeids: { ints: treeIds },
    nodes_nodeids: { ints: nodeIds },
    nodes_featureids: { ints: featureIds },
    nodes_values: { floats: values },
    nodes_modes: { strings: modes },
    nodes_truenodeids: { ints: lower },
    nodes_falsenodeids: { ints: higher },
    nodes_missing_value_tracks_true: { ints: missingLower },
    class_treeids: { ints: leaf.trees },
    class_nodeids: { ints: leaf.nodes },
    class_ids: { ints: leaf.classes },
    class_weights: { floats: weights },
    post_transform: { string: "NONE" },
  };
}
