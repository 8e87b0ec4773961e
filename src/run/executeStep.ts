/** One notebook to be executed for a run. */
export interface StepJob {
  /** Notebook of the package. */
  readonly notebook: string;
  /** Where the executed copy goes. */
  readonly output: string;
  readonly html: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Working directory of the kernel. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly onCell: (cell: number, cells: number) => void;
  readonly onOutput: (text: string) => void;
}

/** Executes one notebook; rejects when a cell fails or the kernel dies. */
export type ExecuteStep = (job: StepJob) => Promise<void>;
