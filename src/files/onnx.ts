import {
  bytesField,
  type Field,
  floatField,
  floatsField,
  integerField,
  integersField,
  messageField,
  textField,
} from "./protobuf.js";

/** Values of an ONNX attribute. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly string: string }
  | { readonly strings: readonly string[] };

/** One operation of a graph. */
export interface OnnxNode {
  readonly operator: string;
  /** Operator set other than ONNX' own. */
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** A constant of a graph. */
export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  /** Whole numbers (int64) or floats. */
  readonly values: Float32Array | BigInt64Array;
}

/** An input or output; a text in the shape is a size that is free. */
export interface OnnxValue {
  readonly name: string;
  readonly type: "float" | "int64";
  readonly shape: readonly (number | string)[];
}

/** A graph of operations with what a user of the file must know. */
export interface OnnxModel {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants?: readonly OnnxConstant[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Version of each operator set; that of ONNX' own, "", is 17. */
  readonly operatorSets?: Readonly<Record<string, number>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

const types = { float: 1, int64: 7 } as const;

/** A model in the ONNX format (IR version 8). */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const { constants = [], operatorSets = {}, metadata = {} } = model;
  return Buffer.concat([
    integerField(1, 8),
    textField(2, "phenocover"),
    messageField(
      7,
      ...model.nodes.map(nodeField),
      textField(2, model.name),
      ...constants.map(constantField),
      ...model.inputs.map((value) => valueField(11, value)),
      ...model.outputs.map((value) => valueField(12, value)),
    ),
    ...Object.entries({ "": 17, ...operatorSets }).map(([domain, version]) =>
      messageField(8, textField(1, domain), integerField(2, version)),
    ),
    ...Object.entries(metadata).map(([key, value]) =>
      messageField(14, textField(1, key), textField(2, value)),
    ),
  ]);
}

function nodeField({ operator, domain, inputs, outputs, attributes = {} }: OnnxNode): Field {
  return messageField(
    1,
    ...inputs.map((name) => textField(1, name)),
    ...outputs.map((name) => textField(2, name)),
    textField(4, operator),
    ...Object.entries(attributes).map(([name, value]) => attributeField(name, value)),
    ...(domain ? [textField(7, domain)] : []),
  );
}

function attributeField(name: string, value: OnnxAttribute): Field {
  const field = (type: number, ...values: Field[]) =>
    messageField(5, textField(1, name), ...values, integerField(20, type));
  if ("int" in value) return field(2, integerField(3, value.int));
  if ("float" in value) return field(1, floatField(2, value.float));
  if ("string" in value) return field(3, textField(4, value.string));
  if ("floats" in value) return field(6, floatsField(7, value.floats));
  if ("ints" in value) return field(7, integersField(8, value.ints));
  return field(8, ...value.strings.map((text) => textField(9, text)));
}

function constantField({ name, shape, values }: OnnxConstant): Field {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return messageField(
    5,
    integersField(1, shape),
    integerField(2, values instanceof Float32Array ? types.float : types.int64),
    textField(8, name),
    bytesField(9, bytes),
  );
}

function valueField(field: number, { name, type, shape }: OnnxValue): Field {
  const sizes = shape.map((size) =>
    messageField(1, typeof size === "string" ? textField(2, size) : integerField(1, size)),
  );
  const tensor = messageField(1, integerField(1, types[type]), messageField(2, ...sizes));
  return messageField(field, textField(1, name), messageField(2, tensor));
}
