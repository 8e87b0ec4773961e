import { kmeans } from "../cluster/kmeans.js";
import { silhouette } from "../cluster/silhouette.js";
import type { TaskFunction } from "../parallel/tasks.js";
import { createRandom } from "../random.js";
import { type Asked, type ReferencePool, type Votes, voteOn } from "./vote.js";

/** Rows of standardised features, grouped by code, that all workers share. */
export interface ClusterContext {
  readonly rows: Float32Array;
  readonly features: number;
}

/** The rows of one code. */
export interface ClusterTask {
  readonly first: number;
  readonly last: number;
  readonly clusters: number;
  readonly seed: number;
}

/** Clusters of one code's rows. */
export interface CodeClusters {
  readonly clusters: number;
  /** Cluster of each row. */
  readonly assignment: Uint16Array;
  /** Distance of each row to its centre, in deviations. */
  readonly distance: Float32Array;
  /** Mean silhouette width of a sample. */
  readonly silhouette: number;
}

/** Sub-types of a cover are told apart long before the last pixels settle. */
const maxIterations = 40;

/** K-means over the rows of one code. */
export const clusterTask: TaskFunction<ClusterTask, CodeClusters, ClusterContext> = async (
  { first, last, clusters, seed },
  { context: { rows, features } },
) => {
  const own = rows.subarray(first * features, last * features);
  const random = createRandom(seed);
  const { assignment, distance } = await kmeans(own, features, {
    clusters,
    maxIterations,
    random: random.split("kmeans"),
  });
  const width = silhouette(own, features, assignment, random.split("silhouette"), 500);
  return { clusters, assignment, distance, silhouette: width };
};

/** What every worker that counts votes shares. */
export interface VoteContext {
  readonly asked: Asked;
  readonly pool: ReferencePool;
  readonly features: number;
  readonly classes: number;
  /** References nearer than this on the ground have no vote, metres. */
  readonly gap: number;
  readonly votes: Votes;
}

/** Votes on the rows first..last-1. */
export const voteTask: TaskFunction<readonly [number, number], void, VoteContext> = (
  [first, last],
  { context: { asked, pool, features, classes, gap, votes } },
) => voteOn(asked, pool, features, classes, gap, first, last, votes);
