import type { SceneDecision } from "../scenes/scene.js";
import type { Thumbnail } from "../scenes/thumbnails.js";
import { escapeHtml } from "./escape.js";

/** Side of the drawing of a footprint, CSS pixels. */
const side = 72;

const colours = { use: "#0B6E99", drop: "#9A9A9A", hold: "#B3003C" } as const;

/** West, south, east, north in degrees. */
type DegreeBounds = readonly [number, number, number, number];

/**
 * A page with a small picture of every scene, its outline against the area's, its cloud cover and
 * the decision about it, by month. Pictures are part of the page.
 *
 * @param thumbnails in the order of the scenes
 * @param area bounds of the area in degrees
 */
export function quicklookSheet(
  title: string,
  decisions: readonly SceneDecision[],
  thumbnails: readonly Thumbnail[],
  area: DegreeBounds,
): string {
  const months = new Map<string, string[]>();
  decisions.forEach((decision, i) => {
    const month = decision.scene.time.slice(0, 7);
    const cards = months.get(month) ?? [];
    cards.push(card(decision, thumbnails[i]!, area));
    months.set(month, cards);
  });
  const sections = [...months].map(
    ([month, cards]) => `<h2>${month}</h2>\n<div class="month">\n${cards.join("\n")}\n</div>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(title)}</title>
<style>
body { font: 13px/1.35 system-ui, sans-serif; margin: 16px; color: #222; }
h2 { font-size: 15px; margin: 20px 0 6px; }
.month { display: flex; flex-wrap: wrap; gap: 10px; }
figure { width: 250px; margin: 0; padding: 6px; border-left: 5px solid; background: #f6f6f6; }
.views { display: flex; gap: 6px; align-items: flex-start; }
img, .none { width: 160px; height: 160px; object-fit: contain; background: #ddd; }
.none { display: flex; align-items: center; text-align: center; overflow-wrap: anywhere; overflow: hidden; }
figcaption { overflow-wrap: anywhere; }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${decisions.length} scenes. Beside each picture: outline of the scene, and in red the area.</p>
${sections.join("\n")}
</body>
</html>
`;
}

function card(
  { scene, decision, reason }: SceneDecision,
  { source, problem }: Thumbnail,
  area: DegreeBounds,
): string {
  const picture = source
    ? `<img src="${source}" alt="${escapeHtml(scene.id)}" loading="lazy">`
    : `<div class="none">${escapeHtml(problem)}</div>`;
  const facts = [
    scene.time.slice(0, 16).replace("T", " "),
    ...(scene.tile ? [scene.tile] : []),
    ...(scene.orbit === null ? [] : [`orbit ${scene.orbit}`]),
    ...(scene.tileCloud === null ? [] : [`cloud ${Math.round(scene.tileCloud)} %`]),
  ];
  return `<figure style="border-color:${colours[decision]}">
<div class="views">${picture}${outlines(scene.footprint, area)}</div>
<figcaption><b>${escapeHtml(facts.join(", "))}</b><br>${escapeHtml(scene.id)}<br>${decision}: ${escapeHtml(reason)}</figcaption>
</figure>`;
}

type Point = readonly [number, number];

/** Outline of a scene and of the area as a small drawing; nothing without a footprint. */
function outlines(footprint: SceneDecision["scene"]["footprint"], area: DegreeBounds): string {
  const rings =
    footprint?.type === "Polygon"
      ? (footprint.coordinates as Point[][])
      : footprint?.type === "MultiPolygon"
        ? (footprint.coordinates as Point[][][]).flat()
        : [];
  if (rings.length === 0) return "";
  const [west, south, east, north] = area;
  const points: Point[] = [...rings.flat(), [west, south], [east, north]];
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, top] = [Math.min(...xs), Math.max(...ys)];
  // Degrees of longitude are shorter than those of latitude.
  const narrow = Math.cos((((Math.min(...ys) + top) / 2) * Math.PI) / 180);
  const span = Math.max((Math.max(...xs) - left) * narrow, top - Math.min(...ys)) || 1;
  const scale = (side - 4) / span;
  const place = ([x, y]: Point) =>
    `${(2 + (x - left) * narrow * scale).toFixed(1)} ${(2 + (top - y) * scale).toFixed(1)}`;
  const path = rings.map((ring) => `M${ring.map(place).join("L")}Z`).join("");
  const box: Point[] = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
  return `<svg width="${side}" height="${side}" viewBox="0 0 ${side} ${side}"><path d="${path}" fill="#0B6E9933" stroke="#0B6E99" fill-rule="evenodd"/><path d="M${box.map(place).join("L")}Z" fill="none" stroke="#D7263D" stroke-width="1.5"/></svg>`;
}
