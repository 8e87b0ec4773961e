import { openWorkers } from "../parallel/tasks.js";
import { createState } from "./clusterState.js";
import { assignTask, finishTask } from "./clusterTask.js";
import { measureGaps, moveCentres } from "./moveCentres.js";

/** State of an exact K-means run between two iterations. */
export interface Iteration {
  /** Iterations done, from 1. */
  readonly iteration: number;
  /** Points that changed their cluster in it. */
  readonly changed: number;
  /** Sum of the squared movements of all centres. */
  readonly movement: number;
}

/** Where the points and centres came to rest. */
export interface Settled {
  /** [clusters][dimensions] */
  readonly centres: Float64Array;
  /** Cluster of each point [n]. */
  readonly assignment: Uint16Array;
  /** Distance of each point to its centre [n]. */
  readonly distance: Float32Array;
  /** Sum of the squared distances. */
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** When the iterations end, and who does them. */
export interface LloydOptions {
  /** 0 only assigns the points. */
  readonly maxIterations: number;
  /** They end once the centres move no more than this, squared and summed. */
  readonly stopMovement: number;
  /** Threads; the result is the same for any number. */
  readonly workers: number;
  readonly signal?: AbortSignal;
}

/**
 * Lloyd's iterations, exact, from the given centres on.
 *
 * @param data points [n][dimensions], in shared memory where there are several workers
 * @param start centres [clusters][dimensions]
 */
export async function* lloyd(
  data: Float32Array,
  dimensions: number,
  start: Float64Array,
  { maxIterations, stopMovement, workers, signal }: LloydOptions,
): AsyncGenerator<Iteration, Settled> {
  const state = createState(data, dimensions, start);
  const threads = workers > 1 ? Array.from({ length: workers }, (_, worker) => worker) : [];
  const pool =
    threads.length > 0
      ? openWorkers({
          module: new URL("./clusterTask.js", import.meta.url),
          context: state,
          workers,
          ...(signal ? { signal } : {}),
        })
      : undefined;
  const round = async (name: "assignTask" | "finishTask") => {
    signal?.throwIfAborted();
    state.next[0] = 0;
    if (pool) await pool.run(name, threads);
    else (name === "assignTask" ? assignTask : finishTask)(0, { context: state, report() {} });
  };
  try {
    measureGaps(state);
    let iterations = 0;
    let converged = false;
    while (iterations < maxIterations && !converged) {
      await round("assignTask");
      const changed = state.changed.reduce((sum, n) => sum + n, 0);
      const movement = moveCentres(state);
      iterations++;
      yield { iteration: iterations, changed, movement };
      converged = changed === 0 || movement <= stopMovement;
    }
    await round("finishTask");
    const { centres, assignment, distance } = state;
    const inertia = state.inertia.reduce((sum, part) => sum + part, 0);
    return { centres, assignment, distance, inertia, iterations, converged };
  } finally {
    pool?.close();
  }
}
