import { kmeans } from "../cluster/kmeans.js";
import { silhouette } from "../cluster/silhouette.js";
import type { TaskFunction } from "../parallel/tasks.js";
import { createRandom } from "../random.js";
import { type Asked, type ReferencePool, type Votes, voteOn } from "./vote.js";

/** The rows of one code among rows of standardised features in shared memory, grouped by code. */
export interface ClusterTask {
  readonly rows: Float32Array;
  readonly features: number;
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
export const clusterTask: TaskFunction<ClusterTask, CodeClusters> = async ({
  rows,
  features,
  first,
  last,
  clusters,
  seed,
}) => {
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

/** Rows first..last-1 to be voted on; everything large lies in shared memory. */
export interface VoteTask {
  readonly asked: Asked;
  readonly pool: ReferencePool;
  readonly features: number;
  readonly classes: number;
  /** References nearer than this on the ground have no vote, metres. */
  readonly gap: number;
  readonly votes: Votes;
  readonly first: number;
  readonly last: number;
}

/** Votes on some rows. */
export const voteTask: TaskFunction<VoteTask, void> = (task) => {
  const { asked, pool, features, classes, gap, first, last, votes } = task;
  voteOn(asked, pool, features, classes, gap, first, last, votes);
};
