import { Script } from "node:vm";
import { childProcesses, signalTree } from "./processTree.js";
import {
  BREAKABLE,
  INTERRUPTED,
  RUNNING,
  SIGNAL_SHY,
  SIGNALLED,
  SYNC_CHILD,
} from "./sharedState.js";
import { KERNEL_FRAME } from "./traceback.js";

/** Time for a cell to stop by itself before it is broken off, in milliseconds. */
const PATIENCE = 50;

/**
 * Stops the running cell from the socket thread, also when it keeps the main thread busy: loops of
 * the cell look at the flag, SIGINT breaks off code of packages and synchronous children. What the
 * cell awaits, and the processes and threads that it started, is left to the main thread.
 *
 * @returns number of the cell; undefined when none runs
 */
export function interruptCell(control: Int32Array): number | undefined {
  const running = Atomics.load(control, RUNNING);
  if (running === 0) return undefined;
  Atomics.store(control, INTERRUPTED, running);
  setTimeout(() => {
    if (Atomics.load(control, RUNNING) === running) breakOff(control, running);
  }, PATIENCE);
  return running;
}

function breakOff(control: Int32Array, serial: number): void {
  if (Atomics.load(control, SYNC_CHILD) > 0) {
    const youngest = childProcesses(process.pid).at(-1);
    if (youngest !== undefined) signalTree(youngest, "SIGINT");
  } else if (Atomics.load(control, BREAKABLE) > 0 && Atomics.load(control, SIGNAL_SHY) === 0) {
    Atomics.store(control, SIGNALLED, serial);
    process.kill(process.pid, "SIGINT");
  }
}

/**
 * Takes a SIGINT that no {@link breakable} part took.
 *
 * @returns whether it came from outside instead of {@link interruptCell}
 */
export function isForeignSignal(control: Int32Array): boolean {
  return Atomics.exchange(control, SIGNALLED, 0) === 0;
}

/** Where {@link breakable} puts the function that its script calls. */
const slot = Symbol.for("phenocover.breakable");
const script = new Script(`globalThis[Symbol.for("phenocover.breakable")]()`, {
  filename: KERNEL_FRAME,
});

/**
 * Runs a synchronous function so that SIGINT makes it throw ERR_SCRIPT_EXECUTION_INTERRUPTED,
 * whatever code it calls.
 */
export function breakable<T>(control: Int32Array, run: () => T): T {
  Object.defineProperty(globalThis, slot, { value: run, configurable: true });
  Atomics.add(control, BREAKABLE, 1);
  try {
    return script.runInThisContext({ breakOnSigint: true });
  } finally {
    Atomics.sub(control, BREAKABLE, 1);
  }
}

/** Notes when TensorFlow's native library is loaded: from then on no signal may be sent. */
export function watchTensorFlow(control: Int32Array): void {
  const load = process.dlopen;
  process.dlopen = (module: object, file: string, ...flags: number[]) => {
    if (file.includes("tfjs")) Atomics.store(control, SIGNAL_SHY, 1);
    Reflect.apply(load, process, [module, file, ...flags]);
  };
}
