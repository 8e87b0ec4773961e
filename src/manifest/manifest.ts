import type { NetworkKind } from "../network/networkKinds.js";
import type { Bounds } from "../raster/grid.js";

/** A land-cover class of a region's legend. */
export interface LandCoverClass {
  /** Value in maps, 1-255; 0 is no data. */
  readonly id: number;
  readonly name: string;
  /** `#RRGGBB`. */
  readonly colour: string;
}

/** Classes in the order of a model's outputs; ids need not be consecutive. */
export type Legend = readonly LandCoverClass[];

/** Area of interest and its pixel size in metres (x, y). */
export interface Area {
  readonly epsg: number;
  readonly bounds: Bounds;
  readonly resolution: number | readonly [number, number];
}

/** Images of a catalogue. */
export interface StacImages {
  readonly kind: "stac";
  /** A known service, the address of a STAC API, or a local folder of STAC items. */
  readonly catalog: string;
  readonly collection: string;
  /** Highest cloud cover of a tile, per cent. */
  readonly maxCloud: number;
  /** How files are read where a catalogue gives several ways; `https` by default. */
  readonly access?: "https" | "s3";
  /** Whether the service removes the offset of later baselines itself. */
  readonly harmonised?: boolean;
  /** Which processing is kept where an acquisition exists in both; the latest by default. */
  readonly family?: "original" | "reprocessed";
}

/** Sentinel-2 L2A products as they are delivered, in a folder. */
export interface SafeImages {
  readonly kind: "safe";
  /** Folder that holds `*.SAFE`. */
  readonly path: string;
  /** Highest cloud cover of a tile, per cent. */
  readonly maxCloud: number;
}

/** Where one band lies in a folder of GeoTIFFs, one file per acquisition. */
export interface FolderBand {
  /** Path pattern relative to `path` with one `*`; the file name holds `yyyymmddThhmmss`. */
  readonly pattern: string;
  /** Band name inside the file, or number from 1; default 1. */
  readonly band?: string | number;
  /** value = stored * scale + offset. */
  readonly scale: number;
  readonly offset: number;
}

/** Images in a plain folder. */
export interface FolderImages {
  readonly kind: "folder";
  readonly path: string;
  readonly bands: Readonly<Record<string, FolderBand>>;
  /** Mask layer and the values in it that are not usable. */
  readonly mask: {
    readonly pattern: string;
    readonly invalid: readonly number[];
    readonly dilate?: number;
  };
}

/** The embedded simulated region. */
export interface SimulatedImages {
  readonly kind: "simulated";
  /** Seed of the region: terrain, land cover, weather. */
  readonly seed: number;
  /** Side of the square region, metres. */
  readonly size: number;
  /** Folder with the spectra tables. */
  readonly spectra: string;
}

/**
 * Label source: CORINE codes, CORINE polygons of a map server, any raster with a legend, or the
 * simulated region's own CORINE-like map.
 */
export type Labels =
  | { readonly kind: "clc"; readonly path: string; readonly year: number }
  | {
      readonly kind: "service";
      readonly year: number;
      /** Address of the layer; that of the European Environment Agency by default. */
      readonly url?: string;
    }
  | {
      readonly kind: "raster";
      readonly path: string;
      readonly year: number;
      /** Raster value to class name. */
      readonly legend: Readonly<Record<string, string>>;
      /** Side of the cells over which the mode is taken, metres. */
      readonly coarsen?: number;
    }
  | { readonly kind: "simulated"; readonly year: number };

/** Reference for validation only. */
export type Reference =
  | {
      readonly kind: "raster";
      readonly path: string;
      readonly legend: Readonly<Record<string, string>>;
      /**
       * Side in pixels of the squares of a checkerboard on whose halves classifiers are trained and
       * tested with these labels; the reference then has to hold for every year.
       */
      readonly checkerboard?: number;
    }
  /** Observations of the survey LUCAS 2018: CSV of points, or GeoJSON of points or polygons. */
  | { readonly kind: "lucas"; readonly path: string }
  | { readonly kind: "simulated" };

/** Another map, with which the study's are compared at the finest legend that both can express. */
export interface OtherMap {
  readonly name: string;
  readonly path: string;
  readonly year: number;
  /** Raster value to the classes that it stands for. */
  readonly legend: Readonly<Record<string, string | readonly string[]>>;
}

/** Year of the survey LUCAS; its observations say nothing about other years. */
export const surveyYear = 2018;

/** A dated event that gap filling never crosses. */
export interface StudyEvent {
  readonly name: string;
  /** ISO date. */
  readonly date: string;
  readonly area?: string;
}

/** Events that a study may have: which of them touch a pixel is kept in a byte. */
export const mostEvents = 6;

/** Settings of a study; every one has a default in `defaultParameters`. */
export interface Parameters {
  readonly datesPerYear: number;
  /** Total training samples over years and classes (upper bound). */
  readonly trainSamples: number;
  readonly validationSamples: number;
  readonly seed: number;
  readonly trees: number;
  readonly clusters: number;
  /** Smallest vote share of a stable pixel. */
  readonly minConfidence: number;
  /** Kind of the networks; files, maps and tables have the same names for all. */
  readonly network: NetworkKind;
  /** Width of the networks: units of an LSTM layer and direction, filters, length of an embedding. */
  readonly units: number;
  /** LSTM layers, convolutions or encoder blocks; the kind's own number (1, 3, 2) by default. */
  readonly layers?: number;
  /** Whether an LSTM reads series in both directions. */
  readonly bidirectional: boolean;
  /** Whether an LSTM normalises its series and its last states. */
  readonly layerNorm: boolean;
  /** Share of values that dropout takes while training, 0 to below 1; the kind's own by default. */
  readonly dropout?: number;
  /** Passes over the samples of the multi-year network; every network takes its number of steps. */
  readonly epochs: number;
  /** Fewest gradient steps of a network, whatever `epochs` gives. */
  readonly minSteps: number;
  readonly batch: number;
  readonly learningRate: number;
  /** Epochs without a lower validation loss after which a network stops and its best state is kept; 0 never. */
  readonly patience: number;
  /** Whether samples of rare classes weigh more in the loss. */
  readonly balanceClasses: boolean;
  /** Days that training series are moved in time by at most, anew in every batch. */
  readonly jitterDays: number;
  /** Largest share of dates that training series lose, anew in every batch. */
  readonly dropDates: number;
  /** Largest share of changing pixels with soft labels in the loss of one more network, 0-0.2; 0 trains none. */
  readonly softLabels: number;
}

/** A region's manifest with defaults filled in and paths made absolute. */
export interface Manifest {
  /** File as given by the user. */
  readonly file: string;
  readonly region: string;
  readonly title: string;
  readonly area: Area;
  readonly years: readonly number[];
  /** First day of the mapping year, `MM-DD`; mapping year Y starts in Y-1 unless it is `01-01`. */
  readonly yearStart: string;
  /** Dates of the series: evenly spaced, or the clearest acquisition near each of these; `grid` by default. */
  readonly dates?: "grid" | "acquisitions";
  readonly images: StacImages | SafeImages | FolderImages | SimulatedImages;
  readonly labels: Labels;
  readonly reference: Reference | null;
  /** Maps of others; validation reads them. */
  readonly otherMaps?: readonly OtherMap[];
  /** Folder of interpreted reference points; validation reads it. */
  readonly interpretation?: string;
  /** Raster of elevation in metres, in any coordinate system; validation reads it. */
  readonly terrain?: string;
  readonly classes: Legend;
  readonly events: readonly StudyEvent[];
  readonly parameters: Parameters;
  readonly files: readonly { path: string; sha256: string; bytes: number; source: string }[];
  readonly attribution: string;
  readonly licence: string;
}

/** Defaults of {@link Parameters}. */
export const defaultParameters: Parameters = Object.freeze({
  datesPerYear: 20,
  trainSamples: 24_000,
  validationSamples: 12_000,
  seed: 1,
  trees: 100,
  clusters: 12,
  minConfidence: 0.6,
  network: "lstm",
  units: 64,
  bidirectional: false,
  layerNorm: false,
  epochs: 15,
  minSteps: 360,
  batch: 512,
  learningRate: 3e-3,
  patience: 0,
  balanceClasses: true,
  jitterDays: 0,
  dropDates: 0,
  softLabels: 0,
});
