import { readFileSync } from "node:fs";
import { FileError } from "../errors.js";

/** A kernel's socket, named as in the Jupyter protocol. */
export type ChannelName = "shell" | "control" | "iopub" | "stdin" | "hb";

/** What a Jupyter connection file holds: where to bind and with which key messages are signed. */
export interface Connection {
  readonly transport: "tcp" | "ipc";
  /** address for tcp, path prefix of the sockets for ipc */
  readonly ip: string;
  readonly key: string;
  readonly signature_scheme: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly hb_port: number;
}

/** Longest path of a Unix socket in bytes, without its terminating zero. */
const SOCKET_PATH_BYTES = 107;

/**
 * Reads a connection file.
 *
 * @throws FileError when it cannot be read, a field is missing or a socket path is too long
 */
export function readConnection(file: string): Connection {
  let content: Partial<Record<string, unknown>>;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new FileError(file, "is not a readable JSON connection file", { cause });
  }
  const { transport = "tcp", signature_scheme: scheme = "hmac-sha256" } = content;
  if (transport !== "tcp" && transport !== "ipc") {
    throw new FileError(file, `transport ${JSON.stringify(transport)}, expected tcp or ipc`);
  }
  if (typeof scheme !== "string" || !/^hmac-\w+$/.test(scheme)) {
    throw new FileError(file, `signature_scheme ${JSON.stringify(scheme)}, expected hmac-sha256`);
  }
  for (const name of ["ip", "key"]) {
    if (typeof content[name] !== "string") throw new FileError(file, `${name} is missing`);
  }
  for (const name of ["shell", "control", "iopub", "stdin", "hb"]) {
    const port = content[`${name}_port`];
    if (!Number.isInteger(port)) throw new FileError(file, `${name}_port is missing`);
  }
  const connection = { ...content, transport, signature_scheme: scheme } as Connection;
  const path = endpoint(connection, "control").slice("ipc://".length);
  if (transport === "ipc" && Buffer.byteLength(path) > SOCKET_PATH_BYTES) {
    throw new FileError(
      file,
      `socket path ${path} has ${Buffer.byteLength(path)} bytes, at most ${SOCKET_PATH_BYTES} are possible: use a shorter folder`,
    );
  }
  return connection;
}

/** Address of a channel as ZeroMQ writes it. */
export function endpoint(connection: Connection, channel: ChannelName): string {
  const port = connection[`${channel}_port`];
  return connection.transport === "ipc"
    ? `ipc://${connection.ip}-${port}`
    : `tcp://${connection.ip}:${port}`;
}
