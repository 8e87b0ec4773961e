import { randomUUID } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How runner and kernel reach each other: Unix sockets, or loopback ports. */
export type Transport = "ipc" | "tcp";

/** Places of a kernel's sockets, as they stand in its connection file. */
export interface ConnectionPlan {
  /** private folder that holds the connection file and the sockets */
  readonly folder: string;
  readonly file: string;
  readonly key: string;
  readonly shell: string;
  readonly control: string;
  readonly iopub: string;
}

/** A Unix socket's path has at most 107 bytes. */
const SOCKET_PATH_BYTES = 107;

/** Whether Unix sockets can be used: their folder must have a short path. */
export function canUseIpc(): boolean {
  const longest = join(tmpdir(), "phenocover-XXXXXX", "k-5");
  return process.platform !== "win32" && Buffer.byteLength(longest) <= SOCKET_PATH_BYTES;
}

/** Makes a folder that only this user may enter, with a connection file for a new kernel in it. */
export async function planConnection(
  transport: Transport,
  kernel: string,
): Promise<ConnectionPlan> {
  const folder = await mkdtemp(join(tmpdir(), "phenocover-"));
  const ip = transport === "ipc" ? join(folder, "k") : "127.0.0.1";
  const ports = transport === "ipc" ? [1, 2, 3, 4, 5] : await freePorts(5);
  const [shell, control, iopub, stdin, hb] = ports;
  const key = randomUUID();
  const file = join(folder, "connection.json");
  const content = {
    transport,
    ip,
    key,
    signature_scheme: "hmac-sha256",
    kernel_name: kernel,
    shell_port: shell,
    control_port: control,
    iopub_port: iopub,
    stdin_port: stdin,
    hb_port: hb,
  };
  await writeFile(file, JSON.stringify(content, null, 2), { mode: 0o600 });
  const address = (port: number) =>
    transport === "ipc" ? `ipc://${ip}-${port}` : `tcp://${ip}:${port}`;
  return {
    folder,
    file,
    key,
    shell: address(shell!),
    control: address(control!),
    iopub: address(iopub!),
  };
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<Server>((done, fail) => {
          const server = createServer();
          server.once("error", fail);
          server.listen(0, "127.0.0.1", () => done(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
