import { axis, type Figure, type FigureRecord, figure, modelColour } from "../figure.js";

/** A method at one setting, or a model without settings. */
export interface CurvePoint {
  readonly model: string;
  /** Null for a model without settings. */
  readonly setting: number | null;
  readonly parameter: string | null;
  /** Mean pixel agreement of consecutive maps, 0-1. */
  readonly agreement: number;
  /** Share of true change that the maps show, 0-1. */
  readonly recall: number;
  /** Mean accuracy over years and share of unchanged pixels that change, 0-1; shown beside. */
  readonly accuracy: number;
  readonly falseChange: number;
}

/**
 * Agreement against change recall: a line a family of methods over its settings, a marker a model.
 * A method is better where its line lies above and to the right.
 *
 * @param recall name of the recall on the axis
 */
export function agreementCurve(points: readonly CurvePoint[], recall: string): Figure {
  const hover = (point: CurvePoint) =>
    [
      point.model + (point.setting === null ? "" : `, ${point.parameter} ${point.setting}`),
      `agreement ${point.agreement.toFixed(3)}, ${recall} ${point.recall.toFixed(3)}`,
      `accuracy ${point.accuracy.toFixed(3)}, false change ${point.falseChange.toFixed(3)}`,
    ].join("<br>");
  const trace = (model: string, own: readonly CurvePoint[], more: FigureRecord): FigureRecord => ({
    type: "scatter",
    name: model,
    x: own.map(({ agreement }) => agreement),
    y: own.map((point) => point.recall),
    text: own.map(hover),
    hovertemplate: "%{text}<extra></extra>",
    cliponaxis: false,
    ...more,
  });
  const models = [...new Set(points.map(({ model }) => model))];
  const lines = models.flatMap((model) => {
    const own = points.filter((point) => point.model === model && point.setting !== null);
    if (own.length === 0) return [];
    const sorted = [...own].sort((a, b) => a.setting! - b.setting!);
    const color = modelColour(model);
    return [
      trace(model, sorted, { mode: "lines+markers", line: { color, width: 2 }, marker: { color } }),
    ];
  });
  const markers = models.flatMap((model) => {
    const own = points.filter((point) => point.model === model && point.setting === null);
    if (own.length === 0) return [];
    const marker = { color: modelColour(model), size: 12, symbol: "diamond" };
    const swept = points.some((point) => point.model === model && point.setting !== null);
    return [
      trace(swept ? `${model}, as mapped` : model, own, {
        mode: "markers",
        marker: { ...marker, line: { color: "#FFFFFF", width: 1 } },
      }),
    ];
  });
  return figure([...lines, ...markers], {
    title: { text: `Agreement against ${recall}` },
    height: 760,
    width: 1000,
    // Small enough for every method: what does not fit is left out of a still picture.
    legend: { orientation: "v", x: 1.01, y: 1, yanchor: "top", font: { size: 12 } },
    xaxis: axis("mean pixel agreement of consecutive maps (share, 0-1)"),
    yaxis: axis(`${recall} (share, 0-1)`, { range: [-0.04, 1.04] }),
  });
}
