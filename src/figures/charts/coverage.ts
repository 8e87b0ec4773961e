import { epochDay, isoDate, mappingYear } from "../../scenes/mappingYear.js";
import type { SceneDecision } from "../../scenes/scene.js";
import { axis, type Figure, figure } from "../figure.js";

/** Colours of what happened to a scene. */
const COLOURS = { use: "#0B6E99", drop: "#C4C4C4", hold: "#B3003C" } as const;
const NAMES = { use: "used", drop: "not used", hold: "held out" } as const;

/** Days without a used scene that are marked as a gap. */
const GAP_DAYS = 30;

/**
 * Acquisitions over time against the share of the area they show clearly; stretches of the mapping
 * years, their ends included, in which for more than 30 days no used scene shows at least a fifth
 * of the area are shaded.
 *
 * @param yearStart `MM-DD` of the mapping years
 */
export function coverageChart(
  decisions: readonly SceneDecision[],
  years: readonly number[],
  yearStart = "01-01",
): Figure {
  const data = (["use", "drop", "hold"] as const).flatMap((decision) => {
    const members = decisions.filter((entry) => entry.decision === decision);
    if (members.length === 0) return [];
    return [
      {
        type: "scatter",
        mode: "markers",
        name: `${NAMES[decision]} (${members.length})`,
        x: members.map(({ scene }) => scene.time),
        y: members.map(({ validShare }) => (validShare === null ? 0 : 100 * validShare)),
        text: members.map(({ scene, reason }) => `${scene.id}: ${reason}`),
        marker: { color: COLOURS[decision], size: 7, opacity: 0.8 },
      },
    ];
  });
  const clear = decisions
    .filter(({ decision, validShare }) => decision === "use" && (validShare ?? 0) >= 0.2)
    .map(({ scene }) => epochDay(scene.time));
  const gaps = years.flatMap((year) => {
    const { start, length } = mappingYear(year, yearStart);
    return clearGaps(clear, start, start + length).map(([from, to]) => ({
      type: "rect",
      xref: "x",
      yref: "paper",
      x0: isoDate(from),
      x1: isoDate(to),
      y0: 0,
      y1: 1,
      fillcolor: "#D7263D",
      opacity: 0.15,
      line: { width: 0 },
    }));
  });
  return figure(data, {
    title: {
      text: `Acquisitions for ${years.join(", ")} (shaded: over 30 days without a clear one)`,
    },
    xaxis: axis("acquisition date", { type: "date" }),
    yaxis: axis("clear share of the area (%)", { range: [-2, 102] }),
    shapes: gaps,
  });
}

/** The parts of a year that lie in a gap, which may begin in the year before or end in the next. */
function clearGaps(clear: readonly number[], start: number, end: number): [number, number][] {
  const days = [...clear].sort((a, b) => a - b);
  const bounds = [Math.min(start, days[0] ?? start), ...days, Math.max(end, days.at(-1) ?? end)];
  return bounds.slice(1).flatMap((to, n) => {
    const from = bounds[n]!;
    const [left, right] = [Math.max(from, start), Math.min(to, end)];
    return to - from > GAP_DAYS && right > left ? [[left, right] as [number, number]] : [];
  });
}
