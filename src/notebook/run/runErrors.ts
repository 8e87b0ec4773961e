import { ProcessError } from "../../errors.js";
import type { CellFailure } from "./engine.js";

/** A cell failed; the output notebook is written and marked. */
export class CellFailed extends ProcessError {
  override readonly exitCode: number;

  /**
   * @param executionCount number in `In [N]`, null when the kernel gave none
   */
  constructor(
    readonly notebook: string,
    readonly executionCount: number | null,
    readonly failure: CellFailure,
  ) {
    super(
      `${notebook}, In [${executionCount ?? "None"}]`,
      `${failure.ename}: ${failure.evalue.split("\n")[0]}`,
    );
    this.exitCode = failure.ename === "DeadKernelError" ? 138 : 1;
  }

  /** The failure as papermill prints it: a line, the cell, the traceback without colours. */
  get report(): string {
    return `\n${"-".repeat(75)}\nException encountered at "In [${this.executionCount ?? "None"}]":\n${this.failure.traceback
      .map(withoutColours)
      .join("\n")}\n`;
  }
}

/** Text without ANSI colour codes. */
export function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character starts a colour
  return text.replace(/\u001b\[[\d;]*m/g, "");
}
