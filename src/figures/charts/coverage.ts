import type { SceneDecision } from "../../scenes/scene.js";
import { axis, type Figure, figure } from "../figure.js";

/** Colours of what happened to a scene. */
const COLOURS = { use: "#0B6E99", drop: "#C4C4C4", hold: "#B3003C" } as const;
const NAMES = { use: "used", drop: "not used", hold: "held out" } as const;

/** Days without a used scene that are marked as a gap. */
const GAP_DAYS = 30;
const MILLISECONDS_PER_DAY = 86_400_000;

/**
 * Acquisitions over time against the share of the area they show clearly; stretches of more than
 * 30 days between used scenes that show at least a fifth of the area are shaded.
 */
export function coverageChart(
  decisions: readonly SceneDecision[],
  years: readonly number[],
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
    .map(({ scene }) => scene.time)
    .sort();
  const gaps = clear.slice(1).flatMap((to, n) => {
    const from = clear[n]!;
    if (Date.parse(to) - Date.parse(from) <= GAP_DAYS * MILLISECONDS_PER_DAY) return [];
    return [
      {
        type: "rect",
        xref: "x",
        yref: "paper",
        x0: from,
        x1: to,
        y0: 0,
        y1: 1,
        fillcolor: "#D7263D",
        opacity: 0.15,
        line: { width: 0 },
      },
    ];
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
