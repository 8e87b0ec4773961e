/** A field of a protocol buffer message: its number and encoded value. */
export type Field = Uint8Array;

const variable = 0;
const lengthed = 2;
const fourBytes = 5;

/** Bytes of an unsigned whole number, seven bits each. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

/** Bytes. */
export const bytesField = (field: number, bytes: Uint8Array): Field =>
  Buffer.concat([
    Uint8Array.from([...varint(field * 8 + lengthed), ...varint(bytes.length)]),
    bytes,
  ]);

/** A whole number, not negative. */
export const integerField = (field: number, value: number): Field =>
  Uint8Array.from([...varint(field * 8 + variable), ...varint(value)]);

/** Text. */
export const textField = (field: number, text: string): Field =>
  bytesField(field, Buffer.from(text, "utf8"));

/** A message inside a message. */
export const messageField = (field: number, ...fields: readonly Field[]): Field =>
  bytesField(field, Buffer.concat(fields));

/** Packed whole numbers, not negative. */
export function integersField(field: number, values: Iterable<number>): Field {
  const bytes: number[] = [];
  for (const value of values) for (const byte of varint(value)) bytes.push(byte);
  return bytesField(field, Uint8Array.from(bytes));
}

/** A single-precision number. */
export const floatField = (field: number, value: number): Field =>
  Buffer.concat([
    Uint8Array.from(varint(field * 8 + fourBytes)),
    new Uint8Array(Float32Array.of(value).buffer),
  ]);

/** Packed single-precision numbers. */
export function floatsField(field: number, values: readonly number[]): Field {
  const floats = Float32Array.from(values);
  return bytesField(field, new Uint8Array(floats.buffer));
}
