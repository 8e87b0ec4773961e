import type { TaskContext } from "../../src/parallel/tasks.js";

/** Task of these tests: adds the offset of the context, or fails for negative input. */
export function addOffset(
  task: number,
  { context, report }: TaskContext<{ offset: number }>,
): number {
  if (task < 0) throw new RangeError(`task ${task} is negative`);
  report(`task ${task}`);
  return task + context.offset;
}

/** Ends its worker, as a crash of a native library would. */
export function dies(): void {
  process.exit(3);
}

/** Writes into shared memory. */
export function mark(task: number, { context }: TaskContext<Uint8Array>): void {
  context[task] = task + 1;
}
