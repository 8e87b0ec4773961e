import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Dealer, Request, Subscriber } from "zeromq";
import { type Connection, endpoint } from "../../src/kernel/connection.js";
import { type MessageHeader, WireFormat } from "../../src/kernel/wireMessage.js";

/** A message as a client sees it. */
export interface Received {
  readonly type: string;
  readonly parent: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: contents differ by message type
  readonly content: any;
}

/** All that a request led to, up to its idle status. */
export interface Answer {
  readonly id: string;
  readonly reply: Received;
  readonly published: readonly Received[];
  text(stream: "stdout" | "stderr"): string;
  only(type: string): Received;
}

/** A kernel process and the sockets of a minimal client. */
export class TestKernel {
  readonly published: Received[] = [];
  readonly #wire: WireFormat;
  readonly #shell = new Dealer();
  readonly #control = new Dealer();
  readonly #iopub = new Subscriber({ receiveHighWaterMark: 0 });
  readonly #replies = new Map<string, (reply: Received) => void>();
  readonly #waiting = new Set<() => void>();
  readonly exit: Promise<number | null>;

  private constructor(
    readonly connection: Connection,
    readonly child: ChildProcess,
    readonly folder: string,
  ) {
    this.#wire = new WireFormat(connection.key, connection.signature_scheme);
    this.exit = new Promise((resolve) => child.once("exit", resolve));
  }

  static async start(
    options: { transport?: "ipc" | "tcp"; cwd?: string; env?: Record<string, string> } = {},
  ): Promise<TestKernel> {
    const { transport = "ipc" } = options;
    const folder = mkdtempSync(join(tmpdir(), "kernel-"));
    const ports = transport === "ipc" ? [1, 2, 3, 4, 5] : await freePorts(5);
    const connection: Connection = {
      transport,
      ip: transport === "ipc" ? join(folder, "k") : "127.0.0.1",
      key: randomUUID(),
      signature_scheme: "hmac-sha256",
      shell_port: ports[0]!,
      control_port: ports[1]!,
      iopub_port: ports[2]!,
      stdin_port: ports[3]!,
      hb_port: ports[4]!,
    };
    const file = join(folder, "connection.json");
    writeFileSync(file, JSON.stringify(connection));
    const command = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
    const start = [command, "kernel", "start", "--connection-file", file];
    const child = spawn(process.execPath, start, {
      stdio: ["ignore", "inherit", "inherit"],
      cwd: options.cwd,
      env: { ...process.env, JPY_PARENT_PID: String(process.pid), ...options.env },
    });
    const kernel = new TestKernel(connection, child, folder);
    await kernel.#connect();
    return kernel;
  }

  async #connect(): Promise<void> {
    this.#iopub.subscribe();
    this.#iopub.connect(endpoint(this.connection, "iopub"));
    this.#shell.connect(endpoint(this.connection, "shell"));
    this.#control.connect(endpoint(this.connection, "control"));
    void this.#receive(this.#iopub, (message) => {
      this.published.push(message);
      for (const wake of this.#waiting) wake();
    });
    for (const socket of [this.#shell, this.#control]) {
      void this.#receive(socket, (message) => this.#replies.get(message.parent ?? "")?.(message));
    }
    // A subscription takes effect some time after connecting: ask until its status is seen.
    for (;;) {
      const id = this.#send(this.#shell, "kernel_info_request", {});
      const seen = await this.#until(() => this.published.some(({ parent }) => parent === id), 200);
      if (seen) return;
      if (this.child.exitCode !== null) throw new Error("the kernel did not start");
    }
  }

  /** Sends a request and waits for its reply and its idle status. */
  async request(type: string, content: object, channel: "shell" | "control" = "shell") {
    return this.collect(this.send(type, content, channel));
  }

  execute(code: string, content: object = {}): Promise<Answer> {
    return this.request("execute_request", { code, allow_stdin: false, ...content });
  }

  /** Sends without waiting; {@link collect} waits. */
  send(type: string, content: object, channel: "shell" | "control" = "shell"): Pending {
    const socket = channel === "shell" ? this.#shell : this.#control;
    const id = this.#send(socket, type, content);
    const reply = new Promise<Received>((resolve) => this.#replies.set(id, resolve));
    return { id, reply };
  }

  async collect({ id, reply }: Pending): Promise<Answer> {
    const answer = await reply;
    const own = () => this.published.filter(({ parent }) => parent === id);
    await this.#until(() => own().some(isIdle));
    const published = own();
    return {
      id,
      reply: answer,
      published,
      text: (stream) =>
        published
          .filter(({ type, content }) => type === "stream" && content.name === stream)
          .map(({ content }) => content.text)
          .join(""),
      only(type) {
        const found = published.filter((message) => message.type === type);
        if (found.length !== 1) {
          throw new Error(
            `${found.length} ${type} messages: ${JSON.stringify(published, null, 1)}`,
          );
        }
        return found[0]!;
      },
    };
  }

  /** Waits for a published message. */
  async find(test: (message: Received) => boolean): Promise<Received> {
    await this.#until(() => this.published.some(test));
    return this.published.find(test)!;
  }

  /** Sends a beat and waits for its echo. */
  async beat(): Promise<string> {
    const socket = new Request();
    socket.connect(endpoint(this.connection, "hb"));
    await socket.send("ping");
    const [echo] = await socket.receive();
    socket.close();
    return String(echo);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill("SIGKILL");
      await this.exit;
    }
    for (const socket of [this.#shell, this.#control, this.#iopub]) socket.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #send(socket: Dealer, type: string, content: object): string {
    const frames = this.#wire.encode([], type, undefined, content) as Buffer[];
    void socket.send(frames);
    return (JSON.parse(frames[2]!.toString()) as MessageHeader).msg_id;
  }

  async #receive(socket: Dealer | Subscriber, take: (message: Received) => void): Promise<void> {
    for await (const frames of socket) {
      const at = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
      const part = (index: number) => JSON.parse(frames[at + index]!.toString());
      take({ type: part(2).msg_type, parent: part(3).msg_id, content: part(5) });
    }
  }

  async #until(test: () => boolean, patience = 60_000): Promise<boolean> {
    if (test()) return true;
    return new Promise((resolve) => {
      const finish = (result: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve(result);
      };
      const wake = () => test() && finish(true);
      const timer = setTimeout(() => finish(false), patience);
      this.#waiting.add(wake);
    });
  }
}

/** A request under way. */
export interface Pending {
  readonly id: string;
  readonly reply: Promise<Received>;
}

function isIdle({ type, content }: Received): boolean {
  return type === "status" && content.execution_state === "idle";
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((done) => server.once("listening", done))));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
