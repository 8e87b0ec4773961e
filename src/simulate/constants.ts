/**
 * Every constant of the simulated region with its source. [S] is the spectra folder's README and
 * `variation.json`, [F] the set-up in feasibility.md, [D] data-access.md, [G] general knowledge
 * about the Alps and Sentinel-2. None is fitted to a classification result.
 */

/** Classes of the truth by id (method.md section 4). */
export const classId = Object.freeze({
  Artificial: 1,
  Grass: 2,
  Crops: 3,
  Mineral: 4,
  Rocks: 5,
  Sand: 6,
  Broadleaves: 7,
  Conifers: 8,
  Shrubland: 9,
  Water: 10,
  Snow: 11,
} as const);

/** Name of a truth class. */
export type ClassName = keyof typeof classId;

/** Colours of the truth maps (method.md section 4). */
export const classColour: Readonly<Record<ClassName, string>> = Object.freeze({
  Artificial: "#F50000",
  Grass: "#C5F381",
  Crops: "#F9BC34",
  Mineral: "#752676",
  Rocks: "#939191",
  Sand: "#F6E9C0",
  Broadleaves: "#42A24C",
  Conifers: "#07362A",
  Shrubland: "#6E3614",
  Water: "#2665F1",
  Snow: "#B5EDFA",
});

/** Place and mapping years; the position is free, near Val di Fiemme on tile 32TPS [G]. */
export const place = Object.freeze({
  epsg: 32632,
  xmin: 690_000,
  ymin: 5_125_000,
  latitude: 46.25,
  longitude: 11.46,
  tile: "32TPS",
  years: [2018, 2019, 2020] as readonly number[],
});

/** Relief; lengths in pixels of the 5 km region, heights in metres: 600 to 3 100 m [F]. */
export const relief = Object.freeze({
  sideOfScale1: 500,
  /** Row of the valley axis and swing of its meanders, shares of the side. */
  axis: 0.27,
  meander: 0.045,
  floorHalfWidth: 38,
  floor: 600,
  /** Columns of the side valleys, shares of the side. */
  tributaries: [0.18, 0.5, 0.82],
  /** Share of the land above the floor to height. */
  hypsometry: [
    [0, 612],
    [0.07, 760],
    [0.17, 1000],
    [0.68, 1800],
    [0.79, 2020],
    [0.9, 2330],
    [0.965, 2620],
    [1, 3060],
  ] as readonly (readonly [number, number])[],
});

/** Land cover of the label year; heights in metres, areas as shares of the region [G][F]. */
export const cover = Object.freeze({
  /** Conifers replace broadleaves above this height; lower where the slope faces north. */
  coniferLine: { height: 980, noise: 90, northness: -130 },
  /** Tree line; higher on sunny slopes. */
  treeLine: { height: 1850, noise: 40, northness: -60 },
  shrubBelt: 190,
  rockLine: { height: 2310, noise: 75, northness: -60 },
  glacierShare: 0.036,
  farmland: { height: 740, slope: 0.4 },
  vineyards: { height: 830 },
  parcelPixels: 11,
  standPixels: 12,
  /** Share of built plots inside a village. */
  built: 0.85,
  /** Storm damage: 3-5 % of the area [F]; method.md section 14 gives 3.2 % for Trentino. */
  storm: [0.036, 0.044] as const,
});

/** Changes to the measured curves that the spectra folder's README recommends [S] or that follow from it. */
export const corrections = Object.freeze({
  /** Haze left in the composites, taken off by band index (B02, B04); reflectance [S]. */
  haze: [
    ["Conifers", 0, 0.017],
    ["Conifers", 2, 0.018],
    ["Broadleaves", 0, 0.01],
    ["Broadleaves", 2, 0.01],
  ] as readonly (readonly [string, number, number])[],
  darkest: 0.006,
  /** Share of bare ground seen through leafless mountain broadleaves, January to December: the curve is too green in winter and too long [S], shares [G]. */
  leafless: [0.5, 0.5, 0.45, 0.3, 0, 0, 0, 0, 0, 0.25, 0.45, 0.5],
  /** Dolomite against the measured gneiss and schist: 1.3 to 1.6 times [S]. */
  dolomite: 1.4,
  /** River in snow melt: B02, B03, B04, B08 from South Tyrol [S], the others drawn through them [G]. */
  river: [0.092, 0.117, 0.086, 0.075, 0.052, 0.047, 0.043, 0.038, 0.012, 0.008],
});

/** Weather of the mapping years (1 November on): days of delay in spring, drought 0-1, metres of snow line [F]. */
export const weatherYears: Readonly<
  Record<number, { late: number; drought: number; snowLine: number }>
> = Object.freeze({
  2018: { late: 0, drought: 0.15, snowLine: 100 },
  2019: { late: 13, drought: 0.1, snowLine: -260 },
  2020: { late: -6, drought: 0.75, snowLine: 180 },
});

/** Season, snow and moisture. */
export const season = Object.freeze({
  /** Days later per 100 m in spring [S]. */
  delayPer100m: 1.83,
  /** Autumn comes earlier with height: share of the spring delay, reversed in sign [F] (-0.8 / 2.2). */
  autumnShare: -0.36,
  /** Part of a late spring left in autumn [F]. */
  lateInAutumn: 0.3,
  /** Largest spread of phase (days) and amplitude used [S]. */
  phaseCap: 15,
  amplitudeCap: 0.5,
  /** Day of the year and width of the summer drought, days [F]. */
  droughtDay: 225,
  droughtWidth: 34,
  /** Snow line at the start of every month, metres [F][G]. */
  snowLine: [900, 950, 1200, 1700, 2150, 2700, 3200, 3400, 3000, 2300, 1600, 1100],
  /** Shift of the snow line from one acquisition to the next: kept share and metres of noise [F]. */
  snowMemory: 0.7,
  snowNoise: 130,
  /** Lower on slopes that face north, metres [F]; patchiness and width of the line, metres [G]. */
  snowNorth: 150,
  snowPatch: 40,
  snowWidth: 140,
  /** Darkening of wet soil, visible to near infrared and short-wave infrared [F][G]. */
  wetness: [0.05, 0.12] as const,
  /** Days of the two cuts of a valley meadow and their spread [F], share of green taken, recovery in days. */
  cuts: [150, 212],
  cutSpread: 14,
  cutDepth: 0.35,
  cutRecovery: 16,
});

/** How a pixel differs from its stand; ln reflectance unless said. */
export const variation = Object.freeze({
  /** Share of the variance of a stand's offset that follows a smooth field (soil, geology); [S] forest texture grows up to 1 km. */
  smoothShare: 0.4,
  /** Draws of offsets are cut at this many standard deviations [G]. */
  cut: 2.5,
  /** Pixel offset inside a field by band against its mean: grass fields of `single_date_flanders_2018` [S]. */
  textureBand: [1.2, 0.78, 1.53, 0.68, 1.08, 1.23, 0.93, 1.23, 0.53, 0.68],
  /** Gain of one stand on one date [S] (field medians 0.07 to 0.15 with haze, half of it taken as the stand's own). */
  standDate: 0.05,
  /** Noise of a pixel on one date: share of reflectance, and reflectance [S] (grass: B04 0.005, B08 0.02). */
  pixelDate: [0.04, 0.003] as const,
  /** Width of the point spread function, pixels (standard deviation) and smallest kept share [F]. */
  pointSpread: 0.75,
  smallestShare: 0.06,
  /** Share of sunlight that follows the slope's angle to the sun (correction by the processor leaves the rest) [F]. */
  illumination: 0.35,
  illuminationRange: [0.4, 1.4] as const,
});

/** Air, clouds and the scene classification [F] unless said. */
export const air = Object.freeze({
  /** Share of dates without cloud and with broken cloud; 50-60 % of dates are cloudy. */
  clear: 0.42,
  broken: 0.23,
  brokenCover: [0.05, 0.7] as const,
  overcastCover: [0.85, 1] as const,
  /** Shape of clouds: side of the drawn field, spectrum, width of the edge in standard deviations. */
  cloudSide: 64,
  cloudBeta: 3,
  cloudEdge: 0.25,
  /** Reflectance of thick cloud by band [G]. */
  cloudReflectance: [0.62, 0.6, 0.6, 0.61, 0.62, 0.62, 0.62, 0.62, 0.4, 0.3],
  /** Light left in cloud shadow and share of shadow the scene classification misses. */
  shadowLight: 0.6,
  shadowMissed: 0.3,
  cloudHeight: [900, 2500] as const,
  /** Haze around clouds, its reflectance, reach in standard deviations, and dates with haze all over. */
  haze: 0.3,
  hazeReach: 0.8,
  hazeReflectance: 0.42,
  hazyDates: 0.08,
  hazyDate: 0.1,
  /** Weight of air effects by band: strong in the blue, weak in the short-wave infrared. */
  bandWeight: [1, 0.95, 0.87, 0.8, 0.74, 0.68, 0.6, 0.57, 0.25, 0.15],
  /** Error of the air correction of a date: gain, reflectance; difference of the two orbits. */
  gainError: 0.03,
  offsetError: 0.007,
  orbitGain: 0.015,
  /** False cloud over bright ground and over snow, share of 20 m pixels. */
  falseCloud: 0.12,
  falseCloudSnow: 0.25,
  /** Share of dates whose thin cloud is called cirrus; share of clear pixels left unclassified [G]. */
  cirrusDates: 0.3,
  unclassified: 0.01,
  /** Near infrared below which land is called "dark area" [G]. */
  darkNir: 0.07,
});

/** Orbits and processing [D][G]. */
export const orbits = Object.freeze({
  /** Relative orbit, a day Sentinel-2A passes, time of the datatake in UTC. */
  passes: [
    { orbit: 22, day: "2018-07-03", time: "10:10:31" },
    { orbit: 65, day: "2018-07-06", time: "10:20:21" },
  ],
  /** First day, and last day of the fill window of the last mapping year. */
  first: "2017-09-15",
  last: "2020-12-15",
  /** Passes on one orbit that cut the area, share. */
  partialOrbit: 65,
  partial: 0.12,
  /** Acquisitions delivered as the Collection 1 copy with baseline 05.00 and shifted numbers. */
  reprocessed: 1 / 12,
  /** Baseline of the original processing from a day on; days approximate [G]. */
  baselines: [
    ["2017-01-01", "02.05"],
    ["2017-10-23", "02.06"],
    ["2018-10-08", "02.09"],
    ["2018-11-21", "02.11"],
    ["2019-05-06", "02.12"],
    ["2019-07-16", "02.13"],
    ["2020-02-04", "02.14"],
  ] as readonly (readonly [string, string])[],
});

/** CORINE-like labels [F]; rules of the nomenclature in method.md section 4.1. */
export const labelMap = Object.freeze({
  epsg: 3035,
  cell: 100,
  /** Smallest unit, cells of 1 ha. */
  unit: 25,
  /** Thematic error, share of the area, in pieces of this many cells. */
  error: 0.1,
  errorPiece: [25, 45] as const,
  /** Codes an interpreter takes one for another [G]. */
  confusions: {
    211: [231, 242],
    221: [211],
    231: [211, 242],
    242: [211, 231],
    311: [313, 312],
    312: [313, 311, 324, 322],
    313: [312, 311],
    321: [322, 333, 332],
    322: [321, 324, 312],
    331: [231, 324],
    332: [333, 321],
    333: [321, 332],
    335: [332],
  } as Readonly<Record<number, readonly number[]>>,
  /** Shift of the map against the ground, metres (better than 100 m). */
  shift: [40, -30] as const,
});
