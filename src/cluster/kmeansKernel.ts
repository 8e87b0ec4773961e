import { openAddon } from "../engine/addon.js";
import { type ClusterState, chunks } from "./clusterState.js";

/**
 * The iterations of exact K-means compiled for this processor: the bytes of the scripted ones in less
 * time. Comparing every point with all centres in vectors beats bounds that spare most comparisons.
 * The comparisons take nearly all of the time: 13 ms for a million points of 8 coordinates and 30
 * centres on one core with AVX2.
 */
export interface KMeansKernel {
  /** Puts all points to their nearest centre and keeps the sums up to date, on so many threads. */
  assign(state: ClusterState, threads: number): void;
  /** The same for points at rest, with distances and inertia. */
  finish(state: ClusterState, threads: number): void;
}

/** What the addon exports; it checks nothing. */
interface Addon {
  assign(sizes: Int32Array, ...arrays: ArrayBufferView[]): void;
}

let loaded: KMeansKernel | null | undefined;

/** The compiled iterations, null where they were not built or this processor lacks their instructions. */
export function kmeansKernel(): KMeansKernel | null {
  if (loaded === undefined) {
    const addon = openAddon("kmeans") as Addon | null;
    loaded = addon && kernelOf(addon);
  }
  return loaded;
}

function kernelOf(addon: Addon): KMeansKernel {
  const run = (state: ClusterState, threads: number, measure: boolean) => {
    const { data, dimensions, centres, assignment, sums, counts } = state;
    const { changed, inertia, distance, moved } = state;
    const points = assignment.length;
    const clusters = moved.length;
    const lengths = [
      ["data", data, points * dimensions],
      ["centres", centres, clusters * dimensions],
      ["sums", sums, chunks * clusters * dimensions],
      ["counts", counts, chunks * clusters],
      ["changed", changed, chunks],
      ["inertia", inertia, chunks],
      ["distance", distance, points],
    ] as const;
    for (const [name, array, length] of lengths) {
      if (array.length !== length) {
        throw new RangeError(`K-means kernel: ${array.length} ${name}, expected ${length}`);
      }
    }
    const sizes = Int32Array.of(points, dimensions, clusters, threads, Number(measure));
    const arrays = [data, centres, assignment, sums, counts, changed, inertia, distance];
    addon.assign(sizes, ...arrays);
  };
  return {
    assign: (state, threads) => run(state, threads, false),
    finish: (state, threads) => run(state, threads, true),
  };
}
