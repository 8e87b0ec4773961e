import type { DataFrame } from "danfojs-node";
import type { Row } from "./csv.js";

/**
 * Rows as a danfo.js data frame, for grouping and joining in notebooks. The library is loaded on
 * the first call.
 */
export async function toDanfo(rows: readonly Row[]): Promise<DataFrame> {
  const { DataFrame: Frame } = await import("danfojs-node");
  return new Frame(rows.map((row) => ({ ...row })));
}
