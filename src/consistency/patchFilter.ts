/** Numbers of the patches of a map: pixels of one value that touch at sides or corners. */
export interface Patches {
  /** Patch [pixel], from 1; 0 where the value is 0. */
  readonly patch: Uint32Array;
  /** Pixels of every patch; entry 0 is unused. */
  readonly size: Uint32Array;
  /** Value of every patch. */
  readonly value: Uint16Array;
}

/** The 8-connected patches of equal values; 0 belongs to none. */
export function findPatches(
  values: Uint8Array | Uint16Array,
  width: number,
  height: number,
): Patches {
  const patch = new Uint32Array(values.length);
  const sizes: number[] = [0];
  const kinds: number[] = [0];
  const stack: number[] = [];
  for (let seed = 0; seed < values.length; seed++) {
    const value = values[seed]!;
    if (value === 0 || patch[seed] !== 0) continue;
    const number = sizes.length;
    let size = 0;
    patch[seed] = number;
    stack.push(seed);
    while (stack.length > 0) {
      const pixel = stack.pop()!;
      size++;
      const column = pixel % width;
      const row = (pixel - column) / width;
      for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
          const next = y * width + x;
          if (values[next] !== value || patch[next] !== 0) continue;
          patch[next] = number;
          stack.push(next);
        }
      }
    }
    sizes.push(size);
    kinds.push(value);
  }
  return { patch, size: Uint32Array.from(sizes), value: Uint16Array.from(kinds) };
}

/**
 * Patches of at most `largest` pixels take the most frequent class of the 3 x 3 window around each of
 * their pixels, the smaller class among equals (last step of the MapBiomas filters).
 */
export function filterPatches(
  map: Uint8Array,
  width: number,
  height: number,
  largest = 3,
): Uint8Array {
  const { patch, size } = findPatches(map, width, height);
  const out = Uint8Array.from(map);
  const counts = new Uint8Array(256);
  for (let pixel = 0; pixel < map.length; pixel++) {
    if (map[pixel] === 0 || size[patch[pixel]!]! > largest) continue;
    counts.fill(0);
    const column = pixel % width;
    const row = (pixel - column) / width;
    for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++) {
      for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
        counts[map[y * width + x]!]!++;
      }
    }
    let best = map[pixel]!;
    for (let k = 1; k < 256; k++) {
      if (counts[k]! > counts[best]! || (counts[k] === counts[best] && k < best)) best = k;
    }
    out[pixel] = best;
  }
  return out;
}
