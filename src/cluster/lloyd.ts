import { inSharedMemory } from "../parallel/shared.js";
import { openWorkers } from "../parallel/tasks.js";
import { type ClusterState, createState } from "./clusterState.js";
import { assignTask, finishTask } from "./clusterTask.js";
import { type KMeansKernel, kmeansKernel } from "./kmeansKernel.js";
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
 * @param data points [n][dimensions]; copied where scripted iterations run on several threads and it
 * is not in shared memory
 * @param start centres [clusters][dimensions]
 * @param kernel compiled code, null for the script; the bytes are the same, except that a point that
 * is exactly as near to two centres other than its own may go to either
 */
export async function* lloyd(
  data: Float32Array,
  dimensions: number,
  start: Float64Array,
  { maxIterations, stopMovement, workers, signal }: LloydOptions,
  kernel: KMeansKernel | null = kmeansKernel(),
): AsyncGenerator<Iteration, Settled> {
  const points = kernel || workers === 1 ? data : inSharedMemory(data);
  const state = createState(points, dimensions, start, { bounds: !kernel });
  const rounds = kernel
    ? compiledRounds(state, kernel, workers)
    : scriptedRounds(state, workers, signal);
  try {
    let iterations = 0;
    let converged = false;
    while (iterations < maxIterations && !converged) {
      signal?.throwIfAborted();
      await rounds.assign();
      const changed = state.changed.reduce((sum, n) => sum + n, 0);
      const movement = moveCentres(state);
      iterations++;
      yield { iteration: iterations, changed, movement };
      converged = changed === 0 || movement <= stopMovement;
    }
    signal?.throwIfAborted();
    await rounds.finish();
    const { centres, assignment, distance } = state;
    const inertia = state.inertia.reduce((sum, part) => sum + part, 0);
    return { centres, assignment, distance, inertia, iterations, converged };
  } finally {
    rounds.close();
  }
}

/** Passes over all points. */
interface Rounds {
  assign(): Promise<void>;
  finish(): Promise<void>;
  close(): void;
}

function compiledRounds(state: ClusterState, kernel: KMeansKernel, threads: number): Rounds {
  return {
    assign: async () => kernel.assign(state, threads),
    finish: async () => kernel.finish(state, threads),
    close() {},
  };
}

function scriptedRounds(state: ClusterState, workers: number, signal?: AbortSignal): Rounds {
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
    measureGaps(state);
    state.next[0] = 0;
    if (pool) await pool.run(name, threads);
    else (name === "assignTask" ? assignTask : finishTask)(0, { context: state, report() {} });
  };
  return {
    assign: () => round("assignTask"),
    finish: () => round("finishTask"),
    close: () => pool?.close(),
  };
}
