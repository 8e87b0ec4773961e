import type { LabelMap } from "./sourceClass.js";

/** The old map in class ids of the region's legend, a value a pixel; 0 where a code has no class. */
export function labelIds({ codes, sources }: LabelMap): Uint8Array {
  const classOfCode = new Uint8Array(65_536);
  for (const { code, classId } of sources) classOfCode[code] = classId;
  return Uint8Array.from(codes, (code) => classOfCode[code]!);
}
