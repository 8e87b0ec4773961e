import { type Displayable, jupyterDisplay, type MimeBundle } from "../display.js";

/** A trace or a part of a layout, as plotly names its keys. */
export type FigureRecord = { readonly [key: string]: FigureValue };
export type FigureValue =
  | string
  | number
  | boolean
  | null
  | readonly FigureValue[]
  | { readonly [key: string]: FigureValue };

/** A plotly figure as plain data. */
export interface Figure {
  readonly data: readonly FigureRecord[];
  readonly layout: FigureRecord;
}

/** Look shared by all figures. */
const BASE_LAYOUT: FigureRecord = Object.freeze({
  template: "none",
  font: { family: "Helvetica, Arial, sans-serif", size: 14, color: "#202428" },
  paper_bgcolor: "#FFFFFF",
  plot_bgcolor: "#FFFFFF",
  width: 900,
  height: 480,
  margin: { l: 70, r: 24, t: 60, b: 70 },
  // Below the axis title, where several rows of entries push nothing aside.
  legend: { orientation: "h", x: 0, y: -0.2, yanchor: "top" },
});

/** Colours of models where lines and bars stand for them. */
const MODEL_COLOURS: Readonly<Record<string, string>> = Object.freeze({
  "multi-year": "#0B6E99",
  "single-year": "#E07B39",
  "single-year-share": "#F2B880",
  "single-year-total": "#B0562A",
  "multi-year-annual": "#7FB7D1",
  "local-hmm": "#7A5195",
  "grouped-hmm": "#B3003C",
  "grouped-hmm, event": "#E8608A",
  "grouped-hmm-undated": "#8A4B08",
  "grouped-hmm-mean": "#E08E8E",
  "grouped-hmm-fitted": "#C2571A",
  hmm: "#3E7C7B",
  "hmm-viterbi": "#5FB3B1",
  "hmm-fitted": "#1F4E4D",
  distance: "#58508D",
  "filter-middle": "#D98CB3",
  "filter-ends": "#A03C78",
  "filter-all": "#5E1F45",
  "network-mean": "#9C8F5A",
  "smooth-bayesian": "#6B7FA8",
  "smooth-bilateral": "#A9B7D1",
  forest: "#4E8F3A",
  "forest-one-year": "#A8CF8E",
  labels: "#8C8C8C",
  constant: "#C4C4C4",
  paper: "#202428",
  truth: "#B8860B",
});
const OTHER_COLOURS = ["#7A5195", "#BC5090", "#58508D", "#CC7A8B", "#3E7C7B"];

/** A steady colour for a model's name. */
export function modelColour(model: string): string {
  const known = MODEL_COLOURS[model];
  if (known !== undefined) return known;
  let sum = 0;
  for (const character of model) sum = (sum * 31 + character.charCodeAt(0)) % 997;
  return OTHER_COLOURS[sum % OTHER_COLOURS.length]!;
}

/** A figure with the shared look; `layout` adds to it key by key. */
export function figure(data: readonly FigureRecord[], layout: FigureRecord): Figure {
  return { data, layout: { ...BASE_LAYOUT, ...layout } };
}

/** An axis with a title; the unit stands in it, such as `NDVI (-)` or `area (ha)`. */
export function axis(title: string, more: FigureRecord = {}): FigureRecord {
  return {
    title: { text: title },
    gridcolor: "#E4E7EA",
    zeroline: false,
    linecolor: "#9AA2AA",
    showline: true,
    ticks: "outside",
    automargin: true,
    ...more,
  };
}

/** A figure that a notebook draws. */
export interface ShownFigure extends Displayable {
  readonly figure: Figure;
  [jupyterDisplay](): MimeBundle;
}

/**
 * The figure as an object that a notebook draws.
 *
 * @param png the same figure as a picture, for clients that cannot draw it
 */
export function showFigure({ data, layout }: Figure, png?: Uint8Array): ShownFigure {
  return {
    figure: { data, layout },
    [jupyterDisplay]: () => ({
      "application/vnd.plotly.v1+json": { data, layout },
      ...(png === undefined ? {} : { "image/png": Buffer.from(png).toString("base64") }),
      "text/plain": `figure: ${titleOf({ data, layout })}`,
    }),
  };
}

/** Title of a figure, or an empty text. */
export function titleOf({ layout }: Figure): string {
  const { title } = layout;
  if (typeof title === "object" && title !== null && "text" in title) return String(title.text);
  return "";
}
