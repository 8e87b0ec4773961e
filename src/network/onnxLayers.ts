import { normEpsilon } from "./layerNorm.js";
import type { GraphValue, OnnxGraph } from "./onnxGraph.js";
import type { SavedLayer, SavedWeight } from "./savedLayers.js";
import { finestHarmonic } from "./yearHarmonics.js";

/** Adds a layer's operations to a graph behind its input. */
type Translation = (graph: OnnxGraph, input: GraphValue, layer: SavedLayer) => GraphValue;

/** How each kind of layer is written in ONNX' operators of set 17. */
export const onnxLayers: Readonly<Record<string, Translation>> = Object.freeze({
  LSTM: (graph, input, { config, weights }) =>
    lstm(graph, input, config, [weights], config.go_backwards === true ? "reverse" : "forward"),
  Bidirectional: (graph, input, { config, weights }) => {
    const { config: inner } = config.layer as { config: Settings & { name: string } };
    const directions = ["forward", "backward"].map((direction) =>
      partOf(weights, `${direction}_${inner.name}/`),
    );
    return lstm(graph, input, inner, directions, "bidirectional");
  },
  Dense: (graph, input, { weights }) => dense(graph, input, weights.kernel!, weights.bias!),
  Conv1D: convolution,
  BatchNormalization: batchNormalization,
  LayerNormalization: (graph, input, { weights }) =>
    layerNormalization(graph, input, weights.gamma!, weights.beta!),
  Activation: (graph, input, { config }) => {
    if (config.activation !== "relu") throw new RangeError(`ONNX: activation ${config.activation}`);
    return { ...input, name: graph.node("Relu", [input.name])[0]! };
  },
  Flatten: (graph, input) => reshape(graph, input.name, [input.shape.reduce((a, b) => a * b, 1)]),
  GlobalMaxPooling1D: (graph, { name, shape }) => {
    const attributes = { axes: { ints: [1] }, keepdims: { int: 0 } };
    return { name: graph.node("ReduceMax", [name], attributes)[0]!, shape: shape.slice(1) };
  },
  PhenocoverYearHarmonics: harmonics,
  PhenocoverEncoderBlock: encoderBlock,
  PhenocoverMasterAttention: masterAttention,
});

type Settings = Readonly<Record<string, unknown>>;
type Weights = SavedLayer["weights"];

function partOf(weights: Weights, prefix: string): Weights {
  const own = Object.entries(weights).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, weight]) => [name.slice(prefix.length), weight]));
}

const weight = (graph: OnnxGraph, { values, shape }: SavedWeight) => graph.floats(values, shape);

function transpose(graph: OnnxGraph, name: string, ...perm: number[]): string {
  return graph.node("Transpose", [name], { perm: { ints: perm } })[0]!;
}

/** Gives every sample's values another shape. */
function reshape(graph: OnnxGraph, name: string, shape: readonly number[]): GraphValue {
  // 0 keeps the number of samples.
  return { name: graph.node("Reshape", [name, graph.whole(0, ...shape)])[0]!, shape };
}

const binary = (
  graph: OnnxGraph,
  operator: "Add" | "Sub" | "Mul" | "MatMul",
  a: string,
  b: string,
) => graph.node(operator, [a, b])[0]!;

function dense(graph: OnnxGraph, input: GraphValue, kernel: SavedWeight, bias: SavedWeight) {
  const shape = [...input.shape.slice(0, -1), kernel.shape[1]!];
  const [k, b] = [weight(graph, kernel), weight(graph, bias)];
  if (input.shape.length === 1) return { name: graph.node("Gemm", [input.name, k, b])[0]!, shape };
  return { name: binary(graph, "Add", binary(graph, "MatMul", input.name, k), b), shape };
}

/** @param directions weights of the layer's one direction or of both */
function lstm(
  graph: OnnxGraph,
  { name, shape }: GraphValue,
  { units, return_sequences: sequences }: Settings,
  directions: readonly Weights[],
  direction: "forward" | "reverse" | "bidirectional",
): GraphValue {
  if (sequences && direction === "reverse") {
    throw new RangeError("ONNX: an LSTM that hands on its states in the order of computation");
  }
  const [dates, channels] = shape as [number, number];
  const [size, count] = [units as number, directions.length];
  const all = (part: string, rows: (values: Float32Array) => Float32Array, ...rest: number[]) =>
    graph.floats(Float32Array.from(directions.flatMap((own) => [...rows(own[part]!.values)])), [
      count,
      ...rest,
    ]);
  const [states, last] = graph.node(
    "LSTM",
    [
      transpose(graph, name, 1, 0, 2),
      all("kernel", (values) => gateRows(values, channels, size), 4 * size, channels),
      all("recurrent_kernel", (values) => gateRows(values, size, size), 4 * size, size),
      all("bias", (values) => bothBiases(values, size), 8 * size),
    ],
    { hidden_size: { int: size }, direction: { string: direction } },
    2,
  ) as [string, string];
  // [date, direction, sample, unit] and [direction, sample, unit].
  return sequences
    ? reshape(graph, transpose(graph, states, 2, 0, 1, 3), [dates, count * size])
    : reshape(graph, transpose(graph, last, 1, 0, 2), [count * size]);
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
function bothBiases(bias: Float32Array, units: number): Float32Array {
  const out = new Float32Array(8 * units);
  for (const [to, from] of gateOrder.entries()) {
    out.set(bias.subarray(from * units, (from + 1) * units), to * units);
  }
  return out;
}

function convolution(
  graph: OnnxGraph,
  { name, shape }: GraphValue,
  { weights }: SavedLayer,
): GraphValue {
  const { values, shape: sizes } = weights.kernel!;
  const [window, inputs, outputs] = sizes as [number, number, number];
  const kernel = new Float32Array(values.length);
  for (let t = 0; t < window; t++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < outputs; o++) {
        kernel[(o * inputs + i) * window + t] = values[(t * inputs + i) * outputs + o]!;
      }
    }
  }
  const before = Math.floor((window - 1) / 2);
  const [out] = graph.node(
    "Conv",
    [
      transpose(graph, name, 0, 2, 1),
      graph.floats(kernel, [outputs, inputs, window]),
      weight(graph, weights.bias!),
    ],
    { pads: { ints: [before, window - 1 - before] } },
  );
  return { name: transpose(graph, out!, 0, 2, 1), shape: [shape[0]!, outputs] };
}

/** In prediction a factor and a summand for every channel. */
function batchNormalization(graph: OnnxGraph, input: GraphValue, { config, weights }: SavedLayer) {
  const of = (name: string) => weights[name]!.values;
  const { shape } = weights.gamma!;
  const factor = of("gamma").map(
    (gamma, c) => gamma / Math.sqrt(of("moving_variance")[c]! + (config.epsilon as number)),
  );
  const summand = of("beta").map((beta, c) => beta - factor[c]! * of("moving_mean")[c]!);
  const scaled = binary(graph, "Mul", input.name, graph.floats(factor, shape));
  return { ...input, name: binary(graph, "Add", scaled, graph.floats(summand, shape)) };
}

function layerNormalization(
  graph: OnnxGraph,
  input: GraphValue,
  gamma: SavedWeight,
  beta: SavedWeight,
): GraphValue {
  const attributes = { axis: { int: input.shape.length }, epsilon: { float: normEpsilon } };
  const inputs = [input.name, weight(graph, gamma), weight(graph, beta)];
  return { ...input, name: graph.node("LayerNormalization", inputs, attributes)[0]! };
}

function harmonics(graph: OnnxGraph, { name, shape }: GraphValue): GraphValue {
  const [dates, channels] = shape as [number, number];
  const part = (channel: number) => {
    const [start, end, axis] = [channel, channel + 1, 2].map((value) => graph.whole(value));
    return graph.node("Slice", [name, start!, end!, axis!])[0]!;
  };
  const [sine, cosine] = [part(channels - 2), part(channels - 1)];
  const times = (a: string, b: string) => binary(graph, "Mul", a, b);
  const parts = [name];
  let [s, c] = [sine, cosine];
  for (let k = 2; k <= finestHarmonic; k++) {
    [s, c] = [
      binary(graph, "Add", times(s, cosine), times(c, sine)),
      binary(graph, "Sub", times(c, cosine), times(s, sine)),
    ];
    parts.push(s, c);
  }
  const [all] = graph.node("Concat", parts, { axis: { int: 2 } });
  return { name: all!, shape: [dates, channels + 2 * (finestHarmonic - 1)] };
}

/** Values times one number. */
function scaled(graph: OnnxGraph, name: string, factor: number): string {
  return binary(graph, "Mul", name, graph.floats(Float32Array.of(factor), [1]));
}

const softmax = (graph: OnnxGraph, name: string, axis: number): string =>
  graph.node("Softmax", [name], { axis: { int: axis } })[0]!;

function encoderBlock(
  graph: OnnxGraph,
  input: GraphValue,
  { config, weights }: SavedLayer,
): GraphValue {
  const { shape } = input;
  const [dates, width] = shape as [number, number];
  const heads = config.heads as number;
  const size = width / heads;
  const layer = (value: GraphValue, name: string) =>
    dense(graph, value, weights[`${name}_kernel`]!, weights[`${name}_bias`]!);
  const norm = (value: GraphValue, name: string) =>
    layerNormalization(graph, value, weights[`${name}_gamma`]!, weights[`${name}_beta`]!);
  const projected = layer(norm(input, "attention"), "attention");
  const parts = graph.node("Split", [projected.name], { axis: { int: 2 } }, 3);
  const ofHeads = (part: number, ...perm: number[]) =>
    transpose(graph, reshape(graph, parts[part]!, [dates, heads, size]).name, ...perm);
  const [query, key] = [ofHeads(0, 0, 2, 1, 3), ofHeads(1, 0, 2, 3, 1)];
  const scores = scaled(graph, binary(graph, "MatMul", query, key), 1 / Math.sqrt(size));
  const gathered = binary(graph, "MatMul", softmax(graph, scores, 3), ofHeads(2, 0, 2, 1, 3));
  const joined = reshape(graph, transpose(graph, gathered, 0, 2, 1, 3), shape);
  const between = { shape, name: binary(graph, "Add", input.name, layer(joined, "gather").name) };
  const inner = layer(norm(between, "dense"), "inner");
  const rectified = { ...inner, name: graph.node("Relu", [inner.name])[0]! };
  return { shape, name: binary(graph, "Add", between.name, layer(rectified, "outer").name) };
}

function masterAttention(
  graph: OnnxGraph,
  input: GraphValue,
  { config, weights }: SavedLayer,
): GraphValue {
  const [dates, channels] = input.shape as [number, number];
  const [heads, keys] = [config.heads as number, config.keys as number];
  const flat = dense(graph, input, weights.key_kernel!, weights.key_bias!);
  const key = reshape(graph, flat.name, [dates, heads, keys]).name;
  const products = binary(graph, "Mul", key, weight(graph, weights.query_kernel!));
  const [sums] = graph.node("ReduceSum", [products, graph.whole(3)], { keepdims: { int: 0 } });
  const scores = transpose(graph, scaled(graph, sums!, 1 / Math.sqrt(keys)), 0, 2, 1);
  const shares = reshape(graph, softmax(graph, scores, 2), [heads, 1, dates]).name;
  const parts = reshape(graph, input.name, [dates, heads, channels / heads]).name;
  const gathered = binary(graph, "MatMul", shares, transpose(graph, parts, 0, 2, 1, 3));
  return reshape(graph, gathered, [channels]);
}
