/** `full` is what figures are quoted from; `small` only shows that everything still runs. */
export type Size = "full" | "small";

/** Something that does the benchmark's work in a process of its own and prints measurements. */
export interface Program {
  /** Name in the table, such as `scikit-learn`; the first program of a benchmark is ours. */
  readonly name: string;
  /** Command line; the folder of the data is appended. */
  readonly command: readonly string[];
  /**
   * Module a Python peer cannot do without; where it is missing, the peer is named as absent. The
   * Python is the command's first word unless another is named.
   */
  readonly python?: string | { readonly program: string; readonly module: string };
}

/** One task, done by our program and by others on the same files. */
export interface Benchmark {
  readonly name: string;
  /** Writes what all programs read into an empty folder. */
  writeData(folder: string, size: Size): Promise<void>;
  /** Rounds at most, where the results matter and not the speed. */
  readonly rounds?: number;
  /** Ours first. */
  readonly programs: readonly Program[];
  /** Speed asked of ours against a peer, as peer seconds / our seconds. */
  readonly asked?: readonly {
    readonly what: string;
    readonly peer: string;
    readonly ratio: number;
  }[];
}

/** A line that a program prints: what one part of its work cost and gave. */
export interface Measurement {
  readonly what: string;
  readonly seconds: number;
  /** User and system time of all threads and of child processes that ended. */
  readonly cpuSeconds: number;
  /** Largest resident memory of the process so far, MiB. */
  readonly peakMiB: number;
  /** Outcomes that must agree between the programs, such as an accuracy. */
  readonly results: Readonly<Record<string, number>>;
}
