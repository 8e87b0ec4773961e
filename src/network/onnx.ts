import { encodeOnnx } from "../files/onnx.js";
import type { SavedNetwork } from "./networkFiles.js";
import { type GraphValue, newGraph } from "./onnxGraph.js";
import { onnxLayers } from "./onnxLayers.js";
import { savedLayers } from "./savedLayers.js";

/**
 * A saved network as an ONNX model (opset 17): input `series` float [n][date][channel], outputs
 * `scores` and `probabilities` float [n][class].
 *
 * @param metadata pairs kept in the model, such as classes and scaling
 * @throws RangeError when the network is no sequence of layers that the project builds
 */
export function networkOnnx(
  saved: SavedNetwork,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const network = savedLayers(saved);
  if (!network) throw new RangeError("ONNX: the network is no sequence of layers with a softmax");
  const { dates, channels, classes } = network;
  const graph = newGraph();
  let value: GraphValue = { name: "series", shape: [dates, channels] };
  for (const layer of network.layers) {
    const translate = onnxLayers[layer.kind];
    if (!translate) throw new RangeError(`ONNX: no translation of a layer ${layer.kind}`);
    value = translate(graph, value, layer);
  }
  return encodeOnnx({
    name: "network",
    nodes: [
      ...graph.nodes,
      { operator: "Identity", inputs: [value.name], outputs: ["scores"] },
      {
        operator: "Softmax",
        inputs: ["scores"],
        outputs: ["probabilities"],
        attributes: { axis: { int: 1 } },
      },
    ],
    constants: graph.constants,
    inputs: [{ name: "series", type: "float", shape: ["n", dates, channels] }],
    outputs: ["scores", "probabilities"].map((name) => ({
      name,
      type: "float",
      shape: ["n", classes],
    })),
    metadata,
  });
}
