import { axis, type Figure, figure, modelColour } from "../figure.js";

/** Accuracy of a model in one group of a condition. */
export interface ConditionPoint {
  readonly model: string;
  /** Middle of the group. */
  readonly at: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

/** Accuracy with intervals against a condition, a line a model. */
export function conditionLines(
  points: readonly ConditionPoint[],
  words: { readonly title: string; readonly condition: string },
): Figure {
  const models = [...new Set(points.map(({ model }) => model))];
  const data = models.map((model) => {
    const own = points.filter((point) => point.model === model);
    const colour = modelColour(model);
    return {
      type: "scatter",
      mode: "lines+markers",
      name: model,
      x: own.map(({ at }) => at),
      y: own.map(({ accuracy }) => accuracy),
      error_y: {
        type: "data",
        symmetric: false,
        array: own.map(({ accuracy, high }) => high - accuracy),
        arrayminus: own.map(({ accuracy, low }) => accuracy - low),
        thickness: 1,
        color: colour,
      },
      line: { color: colour, width: 2 },
      marker: { color: colour, size: 7 },
    };
  });
  return figure(data, {
    title: { text: words.title },
    xaxis: axis(words.condition, { rangemode: "tozero" }),
    yaxis: axis("accuracy", {}),
  });
}
