import { axis, type Figure, figure, modelColour } from "../figure.js";

/** A model between two scores. */
export interface TradeOffPoint {
  readonly model: string;
  /** Mean pixel agreement of consecutive maps, 0-1. */
  readonly agreement: number;
  /** Score that agreement may cost, 0-1. */
  readonly other: number;
}

/** Shapes in turn, so that models with equal scores can both be seen. */
const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "star", "hexagon"];

/** Agreement against a second score, such as storm recall: better is up and to the right. */
export function tradeOff(points: readonly TradeOffPoint[], other: string): Figure {
  const data = points.map((point, n) => ({
    type: "scatter",
    mode: "markers",
    name: point.model,
    x: [point.agreement],
    y: [point.other],
    cliponaxis: false,
    marker: {
      size: 13,
      symbol: SYMBOLS[n % SYMBOLS.length]!,
      opacity: 0.9,
      color: modelColour(point.model),
      line: { color: "#FFFFFF", width: 1 },
    },
    hovertemplate: `${point.model}<br>agreement %{x:.3f}, ${other} %{y:.3f}<extra></extra>`,
  }));
  const least = Math.min(...points.map(({ agreement }) => agreement), 1);
  const lowest = Math.min(...points.map(({ other: value }) => value));
  return figure(data, {
    title: { text: `Agreement against ${other}` },
    legend: { orientation: "v", x: 1.01, y: 1, yanchor: "top" },
    xaxis: axis("mean pixel agreement of consecutive maps (share, 0-1)", {
      range: [Math.max(0, Math.floor(least * 20) / 20 - 0.05), 1.03],
    }),
    yaxis: axis(`${other} (share, 0-1)`, { range: [lowest < 0.5 ? -0.04 : 0.45, 1.06] }),
  });
}
