/** Sample types that rasters are written in. */
export type RasterArray = Uint8Array | Int16Array | Uint16Array | Float32Array;

/** Sample types that a reader may meet. */
export type AnyRasterArray = RasterArray | Int8Array | Int32Array | Uint32Array | Float64Array;

/** An empty array of the same sample type. */
export function sameType<T extends RasterArray>(array: T, length: number): T {
  return new (array.constructor as new (length: number) => T)(length);
}
