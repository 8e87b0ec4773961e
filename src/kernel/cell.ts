import { AsyncLocalStorage } from "node:async_hooks";

/** One execution of a cell. */
export interface Cell {
  /** number of its request, unique in the kernel's life */
  readonly serial: number;
  /** execution count as users see it */
  readonly count: number;
  readonly source: string;
  /** what was thrown outside the cell's own flow: timers, promises nobody awaits */
  readonly failures: unknown[];
  /** ids of displays that it has shown and may replace */
  readonly displays: Set<string>;
  /** outputs that are still being made */
  readonly drawing: Set<Promise<void>>;
  /** ends the processes and threads that it started and that still run */
  readonly stops: Set<() => void>;
  /** whether it was stopped from outside; what it throws later is of no interest */
  interrupted: boolean;
}

/** A cell that is about to run. */
export function newCell(serial: number, count: number, source: string): Cell {
  return {
    serial,
    count,
    source,
    failures: [],
    displays: new Set(),
    drawing: new Set(),
    stops: new Set(),
    interrupted: false,
  };
}

/** The cell to which the code that runs belongs, also in its later callbacks. */
export const cellContext = new AsyncLocalStorage<Cell>();

/** The cell in which a promise was made. */
export function cellOfPromise(promise: Promise<unknown>): Cell | undefined {
  // An unhandled rejection is reported outside of any context; Node keeps the promise's own on it.
  const { kResourceStore } = cellContext as unknown as { kResourceStore?: symbol };
  if (kResourceStore === undefined) return cellContext.getStore();
  return (promise as unknown as Record<symbol, Cell | undefined>)[kResourceStore];
}
