import type { Random } from "../random.js";
import { crsTransform } from "../raster/crs.js";
import { type Grid, gridBounds, gridFromBounds } from "../raster/grid.js";
import { type ClassName, classId, labelMap } from "./constants.js";
import { boxMean, components } from "./morphology.js";
import { classOfType, surface } from "./surfaceTypes.js";
import type { Ground } from "./world.js";

/** A label map: CORINE codes on a 100 m grid in EPSG:3035. */
export interface CorineMap {
  readonly grid: Grid;
  readonly codes: Uint16Array;
}

/** Shares of the ground in every cell. */
interface CellShares {
  readonly of: Readonly<Record<ClassName, Float32Array>>;
  readonly permanent: Float32Array;
  readonly height: Float32Array;
}

/**
 * Maps the first year the way CORINE does: cells of 100 m in EPSG:3035, codes by rule of cover,
 * mosaics where no cover prevails, units of at least 25 ha, thematic error in pieces, a small
 * shift, and the village that was not there when the map was drawn.
 */
export function simulateCorine(random: Random, ground: Ground, grid: Grid): CorineMap {
  const cells = cellGrid(grid);
  const shares = cellShares(ground, grid, cells);
  let codes: Uint16Array = Uint16Array.from({ length: cells.width * cells.height }, (_, cell) =>
    codeOf(shares, cell),
  );
  codes = mergeSmall(codes, cells.width, labelMap.unit);
  codes = addErrors(random, codes, cells.width);
  return { grid: cells, codes: mergeSmall(codes, cells.width, labelMap.unit) };
}

/** Square of 100 m cells, on the lattice of CORINE, that covers the region. */
function cellGrid(grid: Grid): Grid {
  const [xmin, ymin, xmax, ymax] = gridBounds(grid);
  const project = crsTransform(grid.epsg, labelMap.epsg);
  const corners = [
    project(xmin, ymin),
    project(xmin, ymax),
    project(xmax, ymin),
    project(xmax, ymax),
  ];
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const down = (value: number) => Math.floor(value / labelMap.cell - 1) * labelMap.cell;
  const side = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  const metres = (Math.ceil(side / labelMap.cell) + 3) * labelMap.cell;
  const west = down(Math.min(...xs));
  const south = down(Math.min(...ys));
  return gridFromBounds(labelMap.epsg, [west, south, west + metres, south + metres], labelMap.cell);
}

/** Shares of every class from 10 x 10 points a cell; beyond the region its edge is repeated. */
function cellShares({ terrain, land }: Ground, grid: Grid, cells: Grid): CellShares {
  const toGround = crsTransform(cells.epsg, grid.epsg);
  const meadow = surface("valley meadow");
  const vines = surface("vines and orchards");
  const counts = Array.from({ length: 12 }, () => new Float32Array(cells.width * cells.height));
  const permanent = new Float32Array(cells.width * cells.height);
  const height = new Float32Array(cells.width * cells.height);
  const limit = (value: number) => Math.max(0, Math.min(terrain.side - 1, Math.floor(value)));
  for (let cell = 0; cell < permanent.length; cell++) {
    const left = cells.originX + (cell % cells.width) * labelMap.cell;
    const top = cells.originY - Math.floor(cell / cells.width) * labelMap.cell;
    for (let k = 0; k < 100; k++) {
      const [x, y] = toGround(
        left + ((k % 10) + 0.5) * 10 + labelMap.shift[0],
        top - (Math.floor(k / 10) + 0.5) * 10 + labelMap.shift[1],
      );
      const pixel = limit((grid.originY - y) / 10) * terrain.side + limit((x - grid.originX) / 10);
      const type = land.newVillage[pixel] ? meadow : land.types[pixel]!;
      counts[classOfType[type]!]![cell]! += 0.01;
      if (type === vines) permanent[cell]! += 0.01;
      height[cell]! += terrain.elevation[pixel]! / 100;
    }
  }
  // An interpreter sees a cell with its surroundings.
  const seen = (values: Float32Array) => {
    const around = boxMean(values, cells.width, 1);
    return values.map((value, cell) => 0.5 * value + 0.5 * around[cell]!);
  };
  const names = Object.keys(classId) as ClassName[];
  const of = Object.fromEntries(names.map((name) => [name, seen(counts[classId[name]]!)]));
  return { of: of as Record<ClassName, Float32Array>, permanent: seen(permanent), height };
}

/** CORINE code of a cell; thresholds follow the nomenclature (30 % canopy, 75 % of one leaf type, 30 % built). */
function codeOf({ of, permanent, height }: CellShares, cell: number): number {
  const share = (name: ClassName) => of[name][cell]!;
  const forest = share("Broadleaves") + share("Conifers");
  const farm = share("Crops") + share("Grass");
  const bare = share("Rocks") + share("Snow") + share("Sand") + share("Mineral");
  const green = 1 - bare - share("Artificial") - share("Water");
  const z = height[cell]!;
  if (share("Water") > 0.5) return 512;
  if (share("Sand") + share("Water") > 0.5 && share("Sand") > 0.25) return 331;
  if (share("Artificial") > 0.3) return 112;
  if (share("Mineral") > 0.4) return 131;
  if (share("Snow") > 0.5) return 335;
  if (share("Rocks") + share("Snow") > 0.5 && green < 0.25) return 332;
  if (share("Rocks") > 0.4) return 333;
  if (forest > 0.55) {
    if (share("Broadleaves") > 0.75 * forest) return 311;
    return share("Conifers") > 0.75 * forest ? 312 : 313;
  }
  if (share("Shrubland") > 0.5) return 322;
  if (forest + share("Shrubland") > 0.55 && share("Shrubland") > 0.2) return 324;
  if (share("Crops") > 0.6) return permanent[cell]! > 0.5 * share("Crops") ? 221 : 211;
  if (share("Grass") > 0.6 && z < 1100) return 231;
  if (share("Grass") > 0.5) return 321;
  if (farm > 0.6 && z < 1100) return 242;
  if (z < 1000) return 243;
  if (share("Shrubland") > 0.3) return 322;
  return z > 2000 ? 333 : 324;
}

/** Gives every unit smaller than `unit` cells, smallest first, the code that borders it most. */
function mergeSmall(codes: Uint16Array, width: number, unit: number): Uint16Array {
  const merged = Uint16Array.from(codes);
  for (;;) {
    const { piece, size } = components(merged, width);
    let smallest = -1;
    for (let k = 0; k < size.length; k++) {
      if (size[k]! < unit && (smallest < 0 || size[k]! < size[smallest]!)) smallest = k;
    }
    if (smallest < 0 || size.length === 1) return merged;
    const votes = new Map<number, number>();
    for (let cell = 0; cell < merged.length; cell++) {
      if (piece[cell] !== smallest) continue;
      for (const near of neighbours(cell, width, merged.length)) {
        if (piece[near] === smallest) continue;
        votes.set(merged[near]!, (votes.get(merged[near]!) ?? 0) + 1);
      }
    }
    const [winner] = [...votes].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]!;
    for (let cell = 0; cell < merged.length; cell++) {
      if (piece[cell] === smallest) merged[cell] = winner;
    }
  }
}

function neighbours(cell: number, width: number, length: number): number[] {
  const column = cell % width;
  return [
    ...(column > 0 ? [cell - 1] : []),
    ...(column < width - 1 ? [cell + 1] : []),
    ...(cell >= width ? [cell - width] : []),
    ...(cell + width < length ? [cell + width] : []),
  ];
}

/** Changes compact pieces of units to a code they are taken for, on the stated share of the map. */
function addErrors(random: Random, codes: Uint16Array, width: number): Uint16Array {
  const wrong = Uint16Array.from(codes);
  const { piece, size } = components(codes, width);
  const order = random.shuffle(Uint32Array.from(codes, (_, cell) => cell));
  const [least, most] = labelMap.errorPiece;
  const wanted = labelMap.error * codes.length;
  let changed = 0;
  for (const centre of order) {
    if (changed >= wanted) break;
    const options = labelMap.confusions[codes[centre]!];
    if (!options || wrong[centre] !== codes[centre]) continue;
    const unit = piece[centre]!;
    const count = least + random.integer(most - least + 1);
    // What is left, be it in two parts, must still be units of the map.
    const limit = Math.min(count, size[unit]! - 2 * labelMap.unit);
    if (limit < least) continue;
    const code = options[random.integer(options.length)]!;
    const near = nearestCells(centre, width, limit, (cell) => {
      return piece[cell] === unit && wrong[cell] === codes[cell];
    });
    for (const cell of near) wrong[cell] = code;
    size[unit]! -= near.length;
    changed += near.length;
  }
  return wrong;
}

/** The `count` cells nearest to a centre that pass the test. */
function nearestCells(
  centre: number,
  width: number,
  count: number,
  test: (cell: number) => boolean,
): number[] {
  const column = centre % width;
  const row = (centre - column) / width;
  const found: { cell: number; distance: number }[] = [];
  for (let cell = 0; cell < width * width; cell++) {
    if (!test(cell)) continue;
    const distance = ((cell % width) - column) ** 2 + (Math.floor(cell / width) - row) ** 2;
    found.push({ cell, distance });
  }
  found.sort((a, b) => a.distance - b.distance || a.cell - b.cell);
  return found.slice(0, count).map(({ cell }) => cell);
}
