import {
  type Field,
  floatsField,
  integerField,
  integersField,
  messageField,
  textField,
} from "../files/protobuf.js";
import { type Forest, isLeaf } from "./forest.js";

/** Values of an ONNX attribute. */
type Attribute =
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly string: string };

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
  const node = messageField(
    1,
    textField(1, "values"),
    textField(2, "label"),
    textField(2, "shares"),
    textField(4, "TreeEnsembleClassifier"),
    ...Object.entries(attributes).map(([name, value]) => attributeField(name, value)),
    textField(7, "ai.onnx.ml"),
  );
  const float = 1;
  const int64 = 7;
  return Buffer.concat([
    integerField(1, 8),
    textField(2, "phenocover"),
    messageField(
      7,
      node,
      textField(2, "forest"),
      tensorField(11, "values", float, forest.features),
      tensorField(12, "label", int64),
      tensorField(12, "shares", float, forest.classes),
    ),
    messageField(8, textField(1, ""), integerField(2, 17)),
    messageField(8, textField(1, "ai.onnx.ml"), integerField(2, 3)),
    ...Object.entries(metadata).map(([key, value]) =>
      messageField(14, textField(1, key), textField(2, value)),
    ),
  ]);
}

function treeAttributes(forest: Forest): Record<string, Attribute> {
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

function attributeField(name: string, value: Attribute): Field {
  if ("ints" in value) {
    return messageField(5, textField(1, name), integersField(8, value.ints), integerField(20, 7));
  }
  if ("floats" in value) {
    return messageField(5, textField(1, name), floatsField(7, value.floats), integerField(20, 6));
  }
  if ("string" in value) {
    return messageField(5, textField(1, name), textField(4, value.string), integerField(20, 3));
  }
  const strings = value.strings.map((text) => textField(9, text));
  return messageField(5, textField(1, name), ...strings, integerField(20, 8));
}

/** A tensor of n rows, with columns where their number is given. */
function tensorField(field: number, name: string, type: number, columns?: number): Field {
  const rows = messageField(1, textField(2, "n"));
  const shape = columns === undefined ? [rows] : [rows, messageField(1, integerField(1, columns))];
  const tensor = messageField(1, integerField(1, type), messageField(2, ...shape));
  return messageField(field, textField(1, name), messageField(2, tensor));
}
