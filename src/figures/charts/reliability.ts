import { axis, type Figure, figure } from "../figure.js";

/** A bin of stated probability and the share that is correct. */
export interface ReliabilityPoint {
  readonly group: string;
  /** Mean stated probability, 0-1. */
  readonly confidence: number;
  /** Share correct, 0-1. */
  readonly accuracy: number;
  readonly pixels: number;
}

/** Pixels below which the share of a bin says nothing: its standard error is above 7 points. */
const fewest = 50;

/**
 * Reliability diagram: share correct over stated probability; a calibrated map lies on the diagonal.
 * Bins of fewer than 50 pixels are left out.
 */
export function reliabilityChart(points: readonly ReliabilityPoint[], title: string): Figure {
  const groups = [...new Set(points.map(({ group }) => group))];
  const lines = groups.map((group) => {
    const own = points.filter((point) => point.group === group && point.pixels >= fewest);
    return {
      type: "scatter",
      mode: "lines+markers",
      name: group,
      x: own.map(({ confidence }) => confidence),
      y: own.map(({ accuracy }) => accuracy),
      text: own.map(({ pixels }) => `${pixels} pixels`),
      hovertemplate: "stated %{x:.2f}, correct %{y:.2f}<br>%{text}<extra></extra>",
    };
  });
  const diagonal = {
    type: "scatter",
    mode: "lines",
    name: "calibrated",
    x: [0, 1],
    y: [0, 1],
    line: { color: "#9AA2AA", dash: "dot" },
    hoverinfo: "skip",
  };
  return figure([diagonal, ...lines], {
    title: { text: title },
    width: 640,
    height: 560,
    xaxis: axis("stated probability of the mapped class (0-1)", { range: [0, 1] }),
    yaxis: axis("share correct (0-1)", { range: [0, 1] }),
  });
}
