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
  const data = points.map(({ model, agreement, other: value }) => ({
    type: "scatter",
    mode: "markers+text",
    name: model,
    x: [agreement],
    y: [value],
    text: [model],
    textposition: "top center",
    textfont: { size: 12 },
    cliponaxis: false,
    marker: { size: 13, color: modelColour(model), line: { color: "#FFFFFF", width: 1 } },
    hovertemplate: `${model}<br>agreement %{x:.3f}, ${other} %{y:.3f}<extra></extra>`,
  }));
  const least = Math.min(...points.map(({ agreement }) => agreement), 1);
  return figure(data, {
    title: { text: `Agreement and ${other}: a constant map agrees perfectly and sees nothing` },
    showlegend: false,
    xaxis: axis("mean pixel agreement of consecutive maps (share, 0-1)", {
      range: [Math.max(0, Math.floor(least * 20) / 20 - 0.05), 1.03],
    }),
    yaxis: axis(`${other} (share, 0-1)`, { range: [-0.04, 1.06] }),
  });
}
