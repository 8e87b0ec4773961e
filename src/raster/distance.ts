/** Farther than any two pixels of a grid are from each other. */
const FAR = 1e12;

/**
 * Distance of every pixel to the nearest marked one, in pixels; {@link Infinity} where none is marked
 * (Felzenszwalb and Huttenlocher 2012, DOI 10.4086/toc.2012.v008a019: lower envelopes of parabolas,
 * columns first, then rows).
 *
 * @param marked 1 [pixel]
 */
export function distanceTo(marked: Uint8Array, width: number, height: number): Float32Array {
  const squares = Float64Array.from(marked, (one) => (one === 1 ? 0 : FAR));
  const longest = Math.max(width, height);
  const line = new Float64Array(longest);
  const envelope = createEnvelope(longest);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) line[y] = squares[y * width + x]!;
    const out = envelope(line, height);
    for (let y = 0; y < height; y++) squares[y * width + x] = out[y]!;
  }
  for (let y = 0; y < height; y++) {
    const row = squares.subarray(y * width, (y + 1) * width);
    line.set(row);
    row.set(envelope(line, width).subarray(0, width));
  }
  return Float32Array.from(squares, (square) =>
    square >= FAR ? Number.POSITIVE_INFINITY : Math.sqrt(square),
  );
}

/** A function that gives min over j of values[j] + (i - j)^2 for every i; its answer is used again. */
function createEnvelope(longest: number) {
  const vertex = new Int32Array(longest);
  const start = new Float64Array(longest + 1);
  const out = new Float64Array(longest);
  return (values: Float64Array, length: number): Float64Array => {
    let last = 0;
    vertex[0] = 0;
    start[0] = Number.NEGATIVE_INFINITY;
    start[1] = Number.POSITIVE_INFINITY;
    for (let i = 1; i < length; i++) {
      const meets = (v: number) => (values[i]! + i * i - values[v]! - v * v) / (2 * (i - v));
      let from = meets(vertex[last]!);
      while (from <= start[last]!) {
        last--;
        from = meets(vertex[last]!);
      }
      last++;
      vertex[last] = i;
      start[last] = from;
      start[last + 1] = Number.POSITIVE_INFINITY;
    }
    for (let i = 0, k = 0; i < length; i++) {
      while (start[k + 1]! < i) k++;
      out[i] = values[vertex[k]!]! + (i - vertex[k]!) ** 2;
    }
    return out;
  };
}
