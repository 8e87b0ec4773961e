import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** No questions about news, and a kernel on a busy machine may take its time to complete. */
const settings = {
  "apputils-extension/notification": { fetchNews: "false", checkForUpdates: false },
  "completer-extension/manager": { providerTimeout: 10_000 },
};

/** A JupyterLab of `.cache/lab` over one folder, with settings and runtime files of its own. */
export class LabServer {
  private constructor(
    readonly child: ChildProcess,
    readonly address: string,
  ) {}

  /**
   * @param program `jupyter` of the environment
   * @param folder notebooks that it shows; its hidden subfolders take what JupyterLab writes
   * @param kernels folder with a `kernels` folder in it
   */
  static async start(program: string, folder: string, kernels: string): Promise<LabServer> {
    const port = await freePort();
    const own = (name: string) => join(folder, ".jupyter", name);
    for (const [name, values] of Object.entries(settings)) {
      const file = join(own("settings"), "@jupyterlab", `${name}.jupyterlab-settings`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(values));
    }
    const child = spawn(
      program,
      [
        "lab",
        "--no-browser",
        "--allow-root",
        `--ServerApp.root_dir=${folder}`,
        `--ServerApp.port=${port}`,
        "--IdentityProvider.token=",
      ],
      {
        stdio: "ignore",
        env: {
          ...process.env,
          JUPYTER_PATH: kernels,
          JUPYTER_CONFIG_DIR: own("config"),
          JUPYTER_DATA_DIR: own("data"),
          JUPYTER_RUNTIME_DIR: own("runtime"),
          JUPYTERLAB_SETTINGS_DIR: own("settings"),
          JUPYTERLAB_WORKSPACES_DIR: own("workspaces"),
        },
      },
    );
    const server = new LabServer(child, `http://127.0.0.1:${port}`);
    while (!(await server.#answers())) {
      if (child.exitCode !== null) throw new Error(`JupyterLab ended with code ${child.exitCode}`);
      await sleep(100);
    }
    return server;
  }

  async #answers(): Promise<boolean> {
    return fetch(`${this.address}/api/status`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** Waits until the one session has a kernel that has started and rests. */
  async kernelIsIdle(): Promise<void> {
    for (;;) {
      const sessions = (await (await fetch(`${this.address}/api/sessions`)).json()) as {
        kernel: { execution_state: string } | null;
      }[];
      if (sessions[0]?.kernel?.execution_state === "idle") return;
      await sleep(100);
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise((done) => this.child.once("exit", done));
    this.child.kill("SIGTERM");
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
