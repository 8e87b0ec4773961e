import { encodeOnnx, type OnnxConstant, type OnnxNode } from "../files/onnx.js";
import type { SavedNetwork } from "./networkFiles.js";
import { type LstmLayer, networkLayers } from "./networkLayers.js";

/**
 * A saved network of LSTM layers and dense layers as an ONNX model (opset 17): input `series` float
 * [n][date][channel], outputs `scores` and `probabilities` float [n][class].
 *
 * @param metadata pairs kept in the model, such as classes and scaling
 * @returns null when the network has a layer of another kind
 */
export function networkOnnx(
  saved: SavedNetwork,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array | null {
  const network = networkLayers(saved);
  if (!network || network.layers.some((layer) => layer.kind === "lstm" && layer.reverse)) {
    return null;
  }
  const nodes: OnnxNode[] = [
    {
      operator: "Transpose",
      inputs: ["series"],
      outputs: ["dates"],
      attributes: { perm: { ints: [1, 0, 2] } },
    },
  ];
  const axes = network.layers.flatMap((layer) =>
    layer.kind === "lstm" ? [layer.sequences ? 1 : 0] : [],
  );
  const constants = [...new Set(axes)].map(
    (axis): OnnxConstant => ({
      name: `axis ${axis}`,
      shape: [1],
      values: BigInt64Array.of(BigInt(axis)),
    }),
  );
  let current = "dates";
  for (const [k, layer] of network.layers.entries()) {
    const last = k === network.layers.length - 1;
    const out = last ? "scores" : `layer ${k}`;
    const constant = (name: string, shape: number[], values: Float32Array) => {
      constants.push({ name: `${name} ${k}`, shape, values });
      return `${name} ${k}`;
    };
    if (layer.kind === "dense") {
      const { length } = layer.bias;
      nodes.push({
        operator: "Gemm",
        inputs: [
          current,
          constant("kernel", [layer.kernel.length / length, length], layer.kernel),
          constant("bias", [length], layer.bias),
        ],
        outputs: [out],
      });
    } else {
      const { channels, units, kernel, recurrent, sequences } = layer;
      nodes.push(
        {
          operator: "LSTM",
          inputs: [
            current,
            constant("kernel", [1, 4 * units, channels], gateRows(kernel, channels, units)),
            constant("recurrent", [1, 4 * units, units], gateRows(recurrent, units, units)),
            constant("bias", [1, 8 * units], bothBiases(layer)),
          ],
          outputs: [`states ${k}`, `state ${k}`],
          attributes: { hidden_size: { int: units } },
        },
        {
          operator: "Squeeze",
          inputs: sequences ? [`states ${k}`, "axis 1"] : [`state ${k}`, "axis 0"],
          outputs: [out],
        },
      );
    }
    current = out;
  }
  nodes.push({
    operator: "Softmax",
    inputs: ["scores"],
    outputs: ["probabilities"],
    attributes: { axis: { int: 1 } },
  });
  const { dates, channels, classes } = network;
  return encodeOnnx({
    name: "network",
    nodes,
    constants,
    inputs: [{ name: "series", type: "float", shape: ["n", dates, channels] }],
    outputs: ["scores", "probabilities"].map((name) => ({
      name,
      type: "float",
      shape: ["n", classes],
    })),
    metadata,
  });
}

/** Place in Keras' order (input, forget, candidate, output) of each gate in that of ONNX. */
const gateOrder = [0, 3, 1, 2] as const;

/** Weights [row][4 units] as ONNX has them, [4 units][row] with the gates in its order. */
function gateRows(weights: Float32Array, rows: number, units: number): Float32Array {
  const out = new Float32Array(weights.length);
  for (const [to, from] of gateOrder.entries()) {
    for (let u = 0; u < units; u++) {
      for (let row = 0; row < rows; row++) {
        out[(to * units + u) * rows + row] = weights[(row * 4 + from) * units + u]!;
      }
    }
  }
  return out;
}

/** The bias in ONNX' order and the second one, which Keras does not have. */
function bothBiases({ bias, units }: LstmLayer): Float32Array {
  const out = new Float32Array(8 * units);
  for (const [to, from] of gateOrder.entries()) {
    out.set(bias.subarray(from * units, (from + 1) * units), to * units);
  }
  return out;
}
