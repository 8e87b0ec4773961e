/** What a command works with; tests hand in their own. */
export interface CommandContext {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A subcommand of `phenocover`. */
export interface Command {
  /** Text of `--help`. */
  readonly help: string;
  /** @returns the exit code */
  run(args: readonly string[], context: CommandContext): Promise<number>;
}
