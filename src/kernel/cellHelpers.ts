import { ChildProcess } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import workerThreads from "node:worker_threads";
import { cellContext } from "./cell.js";
import { signalTree } from "./processTree.js";

/** Time that a process has to end after SIGINT, in milliseconds. */
const GRACE = 1000;

/**
 * Notes the processes and threads that cells start, so that they end when their cell is
 * interrupted, as they would when Ctrl-C is pressed in a terminal.
 */
export function trackHelpers(): void {
  const prototype = ChildProcess.prototype as ChildProcess & { spawn(options: object): number };
  const spawn = prototype.spawn;
  prototype.spawn = function (options) {
    const result = spawn.call(this, options);
    const { pid } = this;
    if (pid === undefined) return result;
    const stop = () => {
      signalTree(pid, "SIGINT");
      setTimeout(
        () => this.exitCode ?? this.signalCode ?? signalTree(pid, "SIGKILL"),
        GRACE,
      ).unref();
    };
    note(stop, (forget) => this.once("exit", forget));
    return result;
  };
  const { Worker } = workerThreads;
  workerThreads.Worker = class extends Worker {
    constructor(...values: ConstructorParameters<typeof Worker>) {
      super(...values);
      note(
        () => void this.terminate(),
        (forget) => this.once("exit", forget),
      );
    }
  };
  syncBuiltinESMExports();
}

function note(stop: () => void, onEnd: (forget: () => void) => void): void {
  const stops = cellContext.getStore()?.stops;
  if (stops === undefined) return;
  stops.add(stop);
  onEnd(() => stops.delete(stop));
}
