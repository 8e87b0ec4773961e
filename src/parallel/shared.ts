/** The values themselves, or a copy of them in memory that threads share. */
export function inSharedMemory<T extends Float32Array | Uint8Array>(values: T): T {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = sharedCopy(values);
  return copy as T;
}

function sharedCopy(values: Float32Array | Uint8Array): Float32Array | Uint8Array {
  const memory = new SharedArrayBuffer(values.byteLength);
  const copy = values instanceof Float32Array ? new Float32Array(memory) : new Uint8Array(memory);
  copy.set(values);
  return copy;
}

/** Zeros in memory that threads share. */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}
