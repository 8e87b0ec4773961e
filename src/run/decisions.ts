import { existsSync } from "node:fs";
import { readCsv } from "../table/csv.js";

/** What was decided about the scenes of a run. */
export interface Decisions {
  /** Number of scenes by decision: use, drop, hold. */
  readonly scenes: Readonly<Record<string, number>>;
  /** Used scenes by rule and offset in digital numbers. */
  readonly offsets: readonly {
    readonly rule: string;
    readonly offset: string;
    readonly scenes: number;
  }[];
  /** First and last used acquisition. */
  readonly dates: { readonly first: string; readonly last: string; readonly days: number } | null;
}

/** Sums up `scenes.csv`; null while there is none. */
export async function readDecisions(scenesFile: string): Promise<Decisions | null> {
  if (!existsSync(scenesFile)) return null;
  const rows = await readCsv(scenesFile);
  const scenes: Record<string, number> = {};
  const offsets = new Map<string, number>();
  for (const { decision = "", offset_rule = "", offset = "" } of rows) {
    scenes[decision] = (scenes[decision] ?? 0) + 1;
    if (decision !== "use") continue;
    const key = `${offset_rule} ${offset}`;
    offsets.set(key, (offsets.get(key) ?? 0) + 1);
  }
  const times = rows
    .filter(({ decision }) => decision === "use")
    .map(({ time = "" }) => time)
    .sort();
  const [first, last] = [times[0], times.at(-1)];
  return {
    scenes,
    offsets: [...offsets].map(([key, count]) => {
      const [rule = "", offset = ""] = key.split(" ");
      return { rule, offset, scenes: count };
    }),
    dates:
      first && last
        ? { first, last, days: new Set(times.map((time) => time.slice(0, 10))).size }
        : null,
  };
}
