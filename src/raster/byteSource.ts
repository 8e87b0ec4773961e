/** A run of bytes of a file. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Bytes of a file, wherever it lies. */
export interface ByteSource {
  /** Path or address for messages. */
  readonly name: string;
  readonly size: number;
  /** What a server calls this version of the file; null of local files and where it says nothing. */
  readonly etag: string | null;
  /** Bytes that were read so far. */
  received(): number;
  /** The bytes asked for, a buffer a range. Fails when one cannot be had in full. */
  read(ranges: readonly ByteRange[]): Promise<ArrayBuffer[]>;
  close(): void;
}

/** Directories are read in pieces of this size and kept. */
const pieceSize = 32_768;

/** What the GeoTIFF reader takes for a source of bytes. */
export interface DirectorySource {
  readonly fileSize: number;
  fetch(slices: readonly ByteRange[]): Promise<ArrayBuffer[]>;
  fetchSlice(slice: ByteRange): Promise<ByteRange & { readonly data: ArrayBuffer }>;
  close(): Promise<void>;
}

/**
 * The source from which the reader takes header and directories: it asks for a few bytes here and
 * there, which are answered from pieces read once. Asking past the end of the file gives what there
 * is, as the reader expects.
 */
export function directorySource(bytes: ByteSource): DirectorySource {
  const pieces = new Map<number, Promise<ArrayBuffer>>();
  const piece = (index: number) => {
    let found = pieces.get(index);
    if (!found) {
      const offset = index * pieceSize;
      const length = Math.min(pieceSize, bytes.size - offset);
      found = bytes.read([{ offset, length }]).then(([buffer]) => buffer!);
      pieces.set(index, found);
    }
    return found;
  };
  const fetchSlice = async (slice: ByteRange) => {
    const offset = Math.min(slice.offset, bytes.size);
    const end = Math.min(slice.offset + slice.length, bytes.size);
    if (end - offset > pieceSize) {
      const [data] = await bytes.read([{ offset, length: end - offset }]);
      return { offset, length: end - offset, data: data! };
    }
    const out = new Uint8Array(end - offset);
    for (let at = offset; at < end; ) {
      const index = Math.floor(at / pieceSize);
      const from = at - index * pieceSize;
      const part = new Uint8Array(await piece(index)).subarray(from, from + end - at);
      out.set(part, at - offset);
      at += part.length;
    }
    return { offset, length: out.length, data: out.buffer };
  };
  return {
    fileSize: bytes.size,
    fetch: async (slices) => (await Promise.all(slices.map(fetchSlice))).map(({ data }) => data),
    fetchSlice,
    close: async () => bytes.close(),
  };
}
