/** The code of a change from one class id to another: 256 x from + to. */
export function changeCode(from: number, to: number): number {
  return from * 256 + to;
}

/** The class ids of a {@link changeCode}. */
export function codeClasses(code: number): readonly [from: number, to: number] {
  return [code >> 8, code & 255];
}

/**
 * From-to codes of every pixel between two maps of class ids: {@link changeCode} where the class
 * differs, 0 where it stays or one of the years has no data.
 */
export function changeCodes(before: Uint8Array, after: Uint8Array): Uint16Array {
  const out = new Uint16Array(before.length);
  for (let pixel = 0; pixel < out.length; pixel++) {
    const [a, b] = [before[pixel]!, after[pixel]!];
    if (a !== b && a !== 0 && b !== 0) out[pixel] = changeCode(a, b);
  }
  return out;
}

/** The last year that shows a new class, 0 where the class never changes. */
export function yearOfChange(maps: readonly Uint8Array[], years: readonly number[]): Uint16Array {
  const out = new Uint16Array(maps[0]?.length ?? 0);
  for (let y = 1; y < maps.length; y++) {
    for (let pixel = 0; pixel < out.length; pixel++) {
      const [a, b] = [maps[y - 1]![pixel]!, maps[y]![pixel]!];
      if (a !== b && a !== 0 && b !== 0) out[pixel] = years[y]!;
    }
  }
  return out;
}

/**
 * How often a pixel leaves a class and is back the year after (X, Y, X), 255 where a year has no data.
 * With fewer than three years it is 0 everywhere.
 */
export function flickerCounts(maps: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(maps[0]?.length ?? 0);
  for (let pixel = 0; pixel < out.length; pixel++) {
    if (maps.some((map) => map[pixel] === 0)) {
      out[pixel] = 255;
      continue;
    }
    for (let y = 2; y < maps.length; y++) {
      const [a, b, c] = [maps[y - 2]![pixel]!, maps[y - 1]![pixel]!, maps[y]![pixel]!];
      if (a === c && a !== b) out[pixel]!++;
    }
  }
  return out;
}
