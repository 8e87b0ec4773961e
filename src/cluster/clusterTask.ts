import type { TaskFunction } from "../parallel/tasks.js";
import { assignChunk, finishChunk } from "./assignChunk.js";
import { type ClusterState, chunks } from "./clusterState.js";

/** Takes chunks as long as there are any, for one iteration. */
export const assignTask: TaskFunction<number, void, ClusterState> = (_, { context }) =>
  takeChunks(context, assignChunk);

/** The same for the pass after the last iteration. */
export const finishTask: TaskFunction<number, void, ClusterState> = (_, { context }) =>
  takeChunks(context, finishChunk);

function takeChunks(state: ClusterState, work: (state: ClusterState, chunk: number) => void): void {
  for (;;) {
    const chunk = Atomics.add(state.next, 0, 1);
    if (chunk >= chunks) return;
    work(state, chunk);
  }
}
