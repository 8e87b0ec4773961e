import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { ProcessError } from "../../errors.js";
import type { KernelSpec } from "./kernelSpec.js";

/** Bytes of a kernel's own error stream that are kept for messages about its death. */
const TAIL_BYTES = 4096;

/** A kernel's operating-system process, leader of its own process group. */
export class KernelProcess {
  readonly #child: ChildProcess;
  #tail = "";
  /** how the process ended, such as `signal SIGKILL`; undefined while it runs */
  ending: string | undefined;
  /** resolves when the process has ended */
  readonly ended: Promise<void>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#tail = (this.#tail + chunk.toString()).slice(-TAIL_BYTES);
    });
    this.ended = new Promise((done) => {
      child.once("exit", (code, signal) => {
        this.ending = signal === null ? `exit code ${code}` : `signal ${signal}`;
        done();
      });
    });
  }

  /**
   * Starts the kernel of a specification.
   *
   * @param cwd its working folder
   * @param more environment variables beside this process's and the specification's
   * @throws ProcessError when its program cannot be started
   */
  static async start(
    spec: KernelSpec,
    connectionFile: string,
    cwd: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<KernelProcess> {
    const words = spec.argv.map((word) =>
      word
        .replaceAll("{connection_file}", connectionFile)
        .replaceAll("{resource_dir}", spec.folder),
    );
    const env: NodeJS.ProcessEnv = { ...process.env, ...more, JPY_PARENT_PID: String(process.pid) };
    for (const [name, value] of Object.entries(spec.env)) {
      env[name] = value.replace(/\$\{(\w+)\}/g, (_, key: string) => process.env[key] ?? "");
    }
    const child = spawn(words[0]!, words.slice(1), {
      cwd,
      env,
      // a group of its own keeps the terminal's Ctrl-C away: the runner decides what to stop
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const kernel = new KernelProcess(child);
    try {
      await once(child, "spawn");
    } catch (cause) {
      const { message } = cause as Error;
      throw new ProcessError(`kernel ${spec.name}`, `cannot be started: ${message}`, { cause });
    }
    return kernel;
  }

  /** Process id. */
  get pid(): number {
    return this.#child.pid!;
  }

  /** Last lines that the process wrote to its own stderr. */
  get lastWords(): string {
    return this.#tail.trim();
  }

  /** Sends a signal to the process, or to it and its children. */
  signal(name: NodeJS.Signals, group = false): void {
    try {
      process.kill(group ? -this.pid : this.pid, name);
    } catch (error) {
      // the process has ended in the meantime
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  /** Ends the process and its children at once. */
  async kill(): Promise<void> {
    this.signal("SIGKILL", true);
    if (this.ending === undefined) await this.ended;
  }
}
