import { parseColour } from "../canvas.js";
import { axis, type Figure, figure, modelColour } from "../figure.js";

/** Colour of the model a network belongs to, paler from year to year. */
function networkColour(network: string): string {
  const [, model = network, year] = /^(.+)-(\d{4})$/.exec(network) ?? [];
  const colour = parseColour(modelColour(model));
  if (year === undefined) return modelColour(model);
  const share = 0.28 * (Number(year) % 3);
  return `rgb(${colour.map((part) => Math.round(part + (255 - part) * share)).join(",")})`;
}

/** One epoch of a training record, as read from training.csv. */
export type TrainingRow = Readonly<Record<string, string | number>>;

/**
 * Loss of training (line) and of validation pseudo-labels (dots) by gradient step, a colour a
 * model: networks of smaller sets pass through them more often in as many steps.
 *
 * @param records model to rows with columns `steps`, `loss` and `validation_loss`
 */
export function lossCurves(records: Readonly<Record<string, readonly TrainingRow[]>>): Figure {
  const data = Object.entries(records).flatMap(([model, rows]) => {
    const steps = rows.map((row) => Number(row.steps));
    const line = { color: networkColour(model), width: 2 };
    const curve = (column: string, dash: string, name: string) => ({
      type: "scatter",
      mode: "lines",
      name,
      legendgroup: model,
      showlegend: dash === "solid",
      x: steps,
      y: rows.map((row) => Number(row[column])),
      line: { ...line, dash },
      hovertemplate: `${name}<br>step %{x}: %{y:.3f}<extra></extra>`,
    });
    return [
      curve("loss", "solid", model),
      curve("validation_loss", "dot", `${model}, validation pseudo-labels`),
    ];
  });
  return figure(data, {
    title: { text: "Loss while training (dotted: validation pseudo-labels)" },
    xaxis: axis("gradient steps"),
    yaxis: axis("cross-entropy (nat)", { rangemode: "tozero" }),
    height: 560,
  });
}
