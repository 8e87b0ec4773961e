import { axis, type Figure, type FigureRecord, figure } from "../figure.js";

/** Course of one index through the mapping year for one class. */
export interface ClassSeries {
  readonly name: string;
  /** `#RRGGBB`. */
  readonly colour: string;
  /** Median of the class's pixels on every date; NaN or null where there is none. */
  readonly median: ArrayLike<number>;
  /** Lower and upper quartile, drawn as a band where given. */
  readonly low?: ArrayLike<number>;
  readonly high?: ArrayLike<number>;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** `11-01` as `1 November`. */
function dayAndMonth(yearStart: string): string {
  const [month, day] = yearStart.split("-").map(Number);
  return `${day} ${MONTHS[(month ?? 1) - 1]}`;
}

const finite = (values: ArrayLike<number>): (number | null)[] =>
  Array.from(values, (value) => (Number.isFinite(value) ? Number(value.toFixed(4)) : null));

/**
 * An index (such as NDVI, without unit) through the mapping year, a line a class.
 *
 * @param days days from the start of the mapping year
 * @param yearStart `MM-DD`, named on the axis
 */
export function seriesByClass(
  days: ArrayLike<number>,
  series: readonly ClassSeries[],
  options: { readonly index?: string; readonly yearStart?: string; readonly title?: string } = {},
): Figure {
  const { index = "NDVI", yearStart = "01-01" } = options;
  const { title = `${index} through the mapping year` } = options;
  const x = Array.from(days);
  const data = series.flatMap(({ name, colour, median, low, high }): FigureRecord[] => {
    const line: FigureRecord = {
      type: "scatter",
      mode: "lines+markers",
      name,
      legendgroup: name,
      x,
      y: finite(median),
      line: { color: colour, width: 2.5 },
      marker: { size: 5, color: colour, line: { color: "#555B61", width: 0.5 } },
      hovertemplate: `${name}<br>day %{x}: %{y:.2f}<extra></extra>`,
    };
    if (low === undefined || high === undefined) return [line];
    const band: FigureRecord = {
      type: "scatter",
      mode: "lines",
      x: [...x, ...x.toReversed()],
      y: [...finite(high), ...finite(low).reverse()],
      fill: "toself",
      fillcolor: `${colour}22`,
      line: { width: 0 },
      hoverinfo: "skip",
      legendgroup: name,
      showlegend: false,
    };
    return [band, line];
  });
  return figure(data, {
    title: { text: title },
    xaxis: axis(`days since ${dayAndMonth(yearStart)} (d)`),
    yaxis: axis(`${index} (-)`),
    legend: { orientation: "v", x: 1.01, y: 1, yanchor: "top" },
  });
}
