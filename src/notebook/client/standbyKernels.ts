import { KernelClient, type KernelStart } from "./kernelClient.js";
import { findKernelSpec, type KernelSpec } from "./kernelSpec.js";

/**
 * Kernels started before their notebook needs them, so that a series of notebooks does not wait for
 * each start. A kernel serves one notebook.
 */
export class StandbyKernels {
  readonly #warmUp: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #waiting = new Map<string, Promise<KernelClient>>();

  /**
   * @param warmUp code that is executed ahead, silently; it must leave no names behind
   * @param env environment variables of all kernels beside this process's
   */
  constructor(warmUp: string, env: Readonly<Record<string, string>> = {}) {
    this.#warmUp = warmUp;
    this.#env = env;
  }

  /** Starts a kernel for the next notebook, unless one is waiting. A failure shows when it is taken. */
  prepare(kernelName: string, options: KernelStart): void {
    if (this.#waiting.has(kernelName)) return;
    const client = findKernelSpec(kernelName).then((spec) => this.#start(spec, options));
    client.catch(() => {});
    this.#waiting.set(kernelName, client);
  }

  async #start(spec: KernelSpec, options: KernelStart): Promise<KernelClient> {
    const client = await KernelClient.start(spec, { ...options, env: this.#env });
    await client.execute(this.#warmUp, { silent: true, stopOnError: false, onOutput: () => {} });
    return client;
  }

  /** The waiting kernel, or one that is started now. */
  async take(spec: KernelSpec, options: KernelStart): Promise<KernelClient> {
    const waiting = this.#waiting.get(spec.name);
    this.#waiting.delete(spec.name);
    const client = await waiting?.catch(() => undefined);
    return (
      client ?? KernelClient.start(spec, { ...options, env: { ...options.env, ...this.#env } })
    );
  }

  /** Stops the kernels that nobody has taken. */
  async close(): Promise<void> {
    const clients = await Promise.allSettled(this.#waiting.values());
    this.#waiting.clear();
    for (const client of clients) if (client.status === "fulfilled") await client.value.close();
  }
}
