import { axis, type Figure, figure, modelColour } from "../figure.js";

/** A score of a model for a group of bars. */
export interface ScoreBar {
  readonly model: string;
  /** Group on the horizontal axis, such as a class or a pair of years. */
  readonly group: string;
  readonly value: number | null;
  readonly low?: number | null;
  readonly high?: number | null;
}

/**
 * Scores of 0-1 as bars, grouped, a colour a model, with 95 % intervals where given.
 *
 * @param measure what the vertical axis shows, such as `pixel agreement`
 */
export function scoreBars(
  bars: readonly ScoreBar[],
  { title, measure, groupTitle = "" }: { title: string; measure: string; groupTitle?: string },
): Figure {
  const groups = [...new Set(bars.map(({ group }) => group))];
  const models = [...new Set(bars.map(({ model }) => model))];
  const data = models.map((model) => {
    const own = groups.map((group) =>
      bars.find((bar) => bar.model === model && bar.group === group),
    );
    const reach = (end: "low" | "high") =>
      own.map((bar) => {
        const limit = bar?.[end];
        const value = bar?.value;
        if (typeof limit !== "number" || typeof value !== "number") return 0;
        return Math.abs(limit - value);
      });
    return {
      type: "bar",
      name: model,
      x: groups,
      y: own.map((bar) => bar?.value ?? null),
      marker: { color: modelColour(model) },
      error_y: {
        type: "data",
        visible: own.some((bar) => typeof bar?.low === "number"),
        symmetric: false,
        array: reach("high"),
        arrayminus: reach("low"),
        color: "#4A5056",
        thickness: 1.2,
        width: 3,
      },
      hovertemplate: `${model}, %{x}: %{y:.3f}<extra></extra>`,
    };
  });
  return figure(data, {
    title: { text: title },
    barmode: "group",
    bargap: 0.25,
    xaxis: axis(groupTitle, { type: "category" }),
    yaxis: axis(`${measure} (share, 0-1)`, { range: [0, 1.02] }),
    margin: { l: 70, r: 24, t: 60, b: 90 },
  });
}
