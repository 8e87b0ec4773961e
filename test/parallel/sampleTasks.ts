import { FileError, ServiceError } from "../../src/errors.js";
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

/** Fails as a download does. */
export function refuse(address: string): never {
  const cause = new FileError("kept.tif", "has 3 bytes");
  throw new ServiceError(address, "answered 404", 404, { cause });
}

/** Ends its worker, as a crash of a native library would. */
export function dies(): void {
  process.exit(3);
}

/** Writes into shared memory. */
export function mark(task: number, { context }: TaskContext<Uint8Array>): void {
  context[task] = task + 1;
}
