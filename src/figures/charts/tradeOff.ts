import { axis, type Figure, figure, modelColour } from "../figure.js";

/** A model between two scores. */
export interface TradeOffPoint {
  readonly model: string;
  /** Mean pixel agreement of consecutive maps, 0-1. */
  readonly agreement: number;
  /** Score that agreement may cost, 0-1. */
  readonly other: number;
}

/** Agreement against a second score, such as storm recall: better is up and to the right. */
export function tradeOff(points: readonly TradeOffPoint[], other: string): Figure {
  // Points that would cover each other share one label.
  const near = (a: TradeOffPoint, b: TradeOffPoint) =>
    Math.abs(a.agreement - b.agreement) < 0.004 && Math.abs(a.other - b.other) < 0.03;
  const label = (point: TradeOffPoint, n: number) => {
    if (points.findIndex((one) => near(one, point)) !== n) return "";
    return points
      .filter((one) => near(one, point))
      .map(({ model }) => model)
      .join(", ");
  };
  const data = points.map((point, n) => ({
    type: "scatter",
    mode: "markers+text",
    name: point.model,
    x: [point.agreement],
    y: [point.other],
    text: [label(point, n)],
    textposition: point.agreement > 0.97 ? "top left" : "top center",
    textfont: { size: 12 },
    cliponaxis: false,
    marker: { size: 13, color: modelColour(point.model), line: { color: "#FFFFFF", width: 1 } },
    hovertemplate: `${point.model}<br>agreement %{x:.3f}, ${other} %{y:.3f}<extra></extra>`,
  }));
  const least = Math.min(...points.map(({ agreement }) => agreement), 1);
  const lowest = Math.min(...points.map(({ other: value }) => value));
  return figure(data, {
    title: { text: `Agreement against ${other}` },
    showlegend: false,
    xaxis: axis("mean pixel agreement of consecutive maps (share, 0-1)", {
      range: [Math.max(0, Math.floor(least * 20) / 20 - 0.05), 1.03],
    }),
    yaxis: axis(`${other} (share, 0-1)`, { range: [lowest < 0.5 ? -0.04 : 0.45, 1.06] }),
  });
}
