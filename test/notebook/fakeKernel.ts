import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Publisher, Router } from "zeromq";

// A Jupyter kernel whose cells are lines of small commands, for tests of the runner:
// print TEXT, error NAME TEXT, show MIME DATA, lines COUNT, sleep MILLISECONDS, die, abort.

const connection = JSON.parse(readFileSync(process.argv[2]!, "utf8"));
const address = (port: number) =>
  connection.transport === "ipc"
    ? `ipc://${connection.ip}-${port}`
    : `tcp://${connection.ip}:${port}`;

const iopub = new Publisher({ sendHighWaterMark: 0, linger: 500 });
const shell = new Router({ linger: 500 });
const control = new Router({ linger: 500 });
await iopub.bind(address(connection.iopub_port));
await shell.bind(address(connection.shell_port));
await control.bind(address(connection.control_port));

// a kernel whose runner is gone ends itself
const runner = Number(process.env.JPY_PARENT_PID);
setInterval(() => {
  if (process.ppid !== runner) process.exit(1);
}, 100);

let count = 0;
let interrupted = () => {};
process.on("SIGINT", () => interrupted());

type Header = Record<string, unknown>;

function frames(type: string, parent: Header, content: unknown): Buffer[] {
  const header = {
    msg_id: randomUUID(),
    msg_type: type,
    session: "fake",
    username: "fake",
    date: new Date().toISOString(),
    version: "5.3",
  };
  const parts = [header, parent, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
  const hmac = createHmac("sha256", connection.key);
  for (const part of parts) hmac.update(part);
  return [Buffer.from("<IDS|MSG>"), Buffer.from(hmac.digest("hex")), ...parts];
}

async function run(code: string, publish: (type: string, content: unknown) => Promise<void>) {
  for (const line of code.split("\n")) {
    const [command, ...words] = line.split(" ");
    const rest = words.join(" ");
    if (command === "print") await publish("stream", { name: "stdout", text: `${rest}\n` });
    if (command === "write") {
      await publish("stream", { name: "stdout", text: JSON.parse(rest) });
    }
    if (command === "lines") {
      for (let i = 0; i < Number(rest); i++) {
        await publish("stream", { name: "stdout", text: `${i}\n` });
      }
    }
    if (command === "show") {
      const [mime, id] = words[0]!.split("#") as [string, string | undefined];
      await publish("display_data", {
        data: { [mime]: words.slice(1).join(" ") },
        metadata: {},
        transient: id ? { display_id: id } : {},
      });
    }
    if (command === "sleep") {
      const stopped = await new Promise<boolean>((done) => {
        interrupted = () => done(true);
        setTimeout(() => done(false), Number(rest));
      });
      if (stopped)
        return { status: "error", ename: "KeyboardInterrupt", evalue: "", traceback: [] };
    }
    if (command === "die") process.kill(process.pid, "SIGKILL");
    if (command === "abort") return { status: "aborted" };
    if (command === "error") {
      const evalue = words.slice(1).join(" ");
      const error = {
        ename: words[0],
        evalue,
        traceback: [`\u001b[31m${words[0]}\u001b[0m: ${evalue}`],
      };
      await publish("error", error);
      return { status: "error", ...error };
    }
  }
  return { status: "ok" };
}

async function serve(socket: Router): Promise<void> {
  for await (const message of socket) {
    const at = message.findIndex((frame) => frame.equals(Buffer.from("<IDS|MSG>")));
    const identities = message.slice(0, at);
    const header = JSON.parse(message[at + 2]!.toString()) as Header;
    const content = JSON.parse(message[at + 5]!.toString());
    const publish = (type: string, body: unknown) =>
      iopub.send([Buffer.from(type), ...frames(type, header, body)]);
    const reply = (type: string, body: unknown) =>
      socket.send([...identities, ...frames(type, header, body)]);
    await publish("status", { execution_state: "busy" });
    if (header.msg_type === "kernel_info_request") {
      await reply("kernel_info_reply", { status: "ok", language_info: { name: "python" } });
    } else if (header.msg_type === "shutdown_request") {
      await reply("shutdown_reply", { status: "ok" });
      setTimeout(() => process.exit(0), 20);
    } else if (header.msg_type === "execute_request") {
      count++;
      await publish("execute_input", { code: content.code, execution_count: count });
      const result = await run(content.code, publish);
      await reply("execute_reply", { execution_count: count, ...result });
    }
    await publish("status", { execution_state: "idle" });
  }
}

await Promise.all([serve(shell), serve(control)]);
