/** Parts of the points that are summed apart and joined in order, so that workers do not matter. */
export const chunks = 64;
/** Mark of a point without a cluster. */
const none = 0xffff;
/** Most clusters. */
export const mostClusters = none - 1;

/** Everything that the iterations of exact K-means share, in shared memory. */
export interface ClusterState {
  /** [points][dimensions] */
  readonly data: Float32Array;
  readonly dimensions: number;
  /** [clusters][dimensions] */
  readonly centres: Float64Array;
  /** [points] */
  readonly assignment: Uint16Array;
  /**
   * Distance to the own centre is at most `upper`, to every other one at least `lower` [points];
   * empty where the compiled iterations run, which need no bounds.
   */
  readonly upper: Float64Array;
  readonly lower: Float64Array;
  /** Of the members of each cluster in each chunk [chunks][clusters][dimensions]. */
  readonly sums: Float64Array;
  /** [chunks][clusters] */
  readonly counts: Int32Array;
  /** How far each centre moved, and how far any other one did [clusters]. */
  readonly moved: Float64Array;
  readonly othersMoved: Float64Array;
  /** The other centres of each cluster, nearest first, and their distances [clusters][clusters - 1]. */
  readonly neighbours: Uint16Array;
  readonly gaps: Float64Array;
  /** Points of each chunk that changed their cluster; sum of squared distances once finished. */
  readonly changed: Int32Array;
  readonly inertia: Float64Array;
  /** Distance of each point to its centre, once finished [points]. */
  readonly distance: Float32Array;
  /** Next chunk that a worker takes. */
  readonly next: Int32Array;
}

/** State before the first iteration; `data` is used as it is. */
export function createState(
  data: Float32Array,
  dimensions: number,
  start: Float64Array,
  { bounds }: { bounds: boolean },
): ClusterState {
  const points = data.length / dimensions;
  const clusters = start.length / dimensions;
  const doubles = (length: number) => new Float64Array(new SharedArrayBuffer(8 * length));
  const integers = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length));
  const shorts = (length: number) => new Uint16Array(new SharedArrayBuffer(2 * length));
  const centres = doubles(start.length);
  centres.set(start);
  return {
    data,
    dimensions,
    centres,
    assignment: shorts(points).fill(none),
    upper: doubles(bounds ? points : 0),
    lower: doubles(bounds ? points : 0),
    sums: doubles(chunks * start.length),
    counts: integers(chunks * clusters),
    moved: doubles(clusters),
    othersMoved: doubles(clusters),
    neighbours: shorts(clusters * (clusters - 1)),
    gaps: doubles(clusters * (clusters - 1)),
    changed: integers(chunks),
    inertia: doubles(chunks),
    distance: new Float32Array(new SharedArrayBuffer(4 * points)),
    next: integers(1),
  };
}

/** First point of a chunk. */
export const chunkStart = ({ assignment }: ClusterState, chunk: number): number =>
  Math.floor((chunk * assignment.length) / chunks);
