/** TIFF field types that the writer uses. */
export const FieldType = Object.freeze({ ascii: 2, short: 3, long: 4, double: 12 });

const bytesOf: Readonly<Record<number, number>> = { 2: 1, 3: 2, 4: 4, 12: 8 };

/** One field of an image file directory. */
export interface TiffEntry {
  readonly tag: number;
  readonly type: number;
  readonly values: ArrayLike<number>;
}

/** An ASCII field with its closing zero byte. */
export function asciiEntry(tag: number, text: string): TiffEntry {
  return { tag, type: FieldType.ascii, values: Buffer.from(`${text}\0`, "utf8") };
}

/** Bytes that a directory takes together with the values that do not fit into its entries. */
export function directoryBytes(entries: readonly TiffEntry[]): number {
  let bytes = 2 + entries.length * 12 + 4;
  for (const { type, values } of entries) {
    const length = bytesOf[type]! * values.length;
    if (length > 4) bytes += length + (length & 1);
  }
  return bytes + (bytes & 1);
}

/**
 * Writes a directory of a little-endian TIFF at `offset` of the head of the file.
 *
 * @param next offset of the next directory, 0 for the last
 */
export function writeDirectory(
  head: Buffer,
  offset: number,
  entries: readonly TiffEntry[],
  next: number,
): void {
  const sorted = [...entries].sort((a, b) => a.tag - b.tag);
  let position = head.writeUInt16LE(sorted.length, offset);
  let extra = offset + 2 + sorted.length * 12 + 4;
  for (const { tag, type, values } of sorted) {
    head.writeUInt16LE(tag, position);
    head.writeUInt16LE(type, position + 2);
    head.writeUInt32LE(values.length, position + 4);
    const length = bytesOf[type]! * values.length;
    let at = position + 8;
    if (length > 4) {
      head.writeUInt32LE(extra, at);
      at = extra;
      extra += length + (length & 1);
    }
    for (let i = 0; i < values.length; i++) at = writeValue(head, type, values[i]!, at);
    position += 12;
  }
  head.writeUInt32LE(next, position);
}

function writeValue(head: Buffer, type: number, value: number, at: number): number {
  if (type === FieldType.ascii) return head.writeUInt8(value, at);
  if (type === FieldType.short) return head.writeUInt16LE(value, at);
  if (type === FieldType.long) return head.writeUInt32LE(value, at);
  return head.writeDoubleLE(value, at);
}
