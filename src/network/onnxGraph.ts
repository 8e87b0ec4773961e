import type { OnnxAttribute, OnnxConstant, OnnxNode } from "../files/onnx.js";

/** A value of a graph: its name and its shape behind the samples. */
export interface GraphValue {
  readonly name: string;
  readonly shape: readonly number[];
}

/** An ONNX graph under construction; values and constants are numbered in their order. */
export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  /** Adds an operation and gives the name of its output, or of the one asked for. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    outputs?: number,
  ): string[];
  /** Adds a constant of floats and gives its name. */
  floats(values: Float32Array, shape: readonly number[]): string;
  /** Adds a constant of whole numbers and gives its name. */
  whole(...values: number[]): string;
}

/** An empty graph. */
export function newGraph(): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const constants: OnnxConstant[] = [];
  let values = 0;
  const constant = (made: Omit<OnnxConstant, "name">) => {
    const name = `constant ${constants.length}`;
    constants.push({ name, ...made });
    return name;
  };
  return {
    nodes,
    constants,
    node(operator, inputs, attributes = {}, count = 1) {
      const outputs = Array.from({ length: count }, () => `value ${values++}`);
      nodes.push({ operator, inputs, outputs, attributes });
      return outputs;
    },
    floats: (floats, shape) => constant({ shape, values: floats }),
    whole: (...numbers) =>
      constant({ shape: [numbers.length], values: BigInt64Array.from(numbers, BigInt) }),
  };
}
