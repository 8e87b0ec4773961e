import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { freemem, homedir, totalmem } from "node:os";
import { join } from "node:path";
import { findBrowser } from "../../figures/browser.js";
import { dataSpaceAccount, dataSpaceKeys, findCredentials } from "../../http/credentials.js";
import { kernelSpec } from "../../kernel/kernelSpec.js";
import { packageRoot, packageVersion } from "../../packageRoot.js";
import { engineVersion } from "../../run/engineVersion.js";
import { describeMachine } from "../../run/machine.js";
import { alignLeft } from "../alignLeft.js";
import type { Command } from "../command.js";
import { parseOptions } from "../options.js";

/** One finding: what, and what was found. */
interface Finding {
  readonly name: string;
  readonly found: string;
  readonly ready: boolean;
}

const finding = (name: string, found: string | null, absent = "not found"): Finding => ({
  name,
  found: found ?? absent,
  ready: found !== null,
});

/** First line that a program prints, null when it does not run. */
function firstLine(program: string, ...args: string[]): string | null {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", timeout: 10_000 });
  return status === 0 ? (stdout.trim().split("\n")[0] ?? "").trim() : null;
}

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

async function engine(): Promise<Finding> {
  try {
    const { name, version, reason } = await engineVersion();
    const why = reason ? ` (${reason})` : "";
    return { name: "network engine", found: `${name} ${version}${why}`, ready: !reason };
  } catch (error) {
    return { name: "network engine", found: (error as Error).message, ready: false };
  }
}

function graphics(): Finding {
  const listed = spawnSync("nvidia-smi", ["-L"], { encoding: "utf8", timeout: 10_000 });
  const cards = listed.status === 0 ? listed.stdout.trim().split("\n") : [];
  // The serial number of a card has no place in a log.
  const names = cards.map((card) => card.replace(/ \(UUID.*/, "")).filter((card) => card);
  return finding("GPU", names.length ? names.join("; ") : null, "none");
}

/** Where the credentials of each service lie, looked for as a download does; never their values. */
function credentials(): Finding {
  const found: string[] = [];
  try {
    for (const places of [dataSpaceAccount, dataSpaceKeys]) {
      const source = findCredentials(places)?.source;
      if (source) found.push(`${places.key} from ${source}`);
    }
  } catch (error) {
    return { name: "credentials", found: (error as Error).message, ready: false };
  }
  return finding("credentials", found.length ? found.join(", ") : null, "none");
}

function kernel(): Finding {
  const places = [
    join(packageRoot(), ".cache", "jupyter"),
    ...(process.env.JUPYTER_PATH?.split(":") ?? []),
    join(homedir(), ".local", "share", "jupyter"),
  ];
  const found = places.some((place) =>
    existsSync(join(place, "kernels", "phenocover", "kernel.json")),
  );
  const name = String(kernelSpec().display_name);
  return finding("notebook kernel", found ? name : null, "not registered; see kernel install");
}

async function findings(): Promise<Finding[]> {
  const machine = describeMachine();
  const disk = await statfs(process.cwd());
  return [
    finding("phenocover", packageVersion()),
    finding("Node", process.versions.node),
    await engine(),
    graphics(),
    finding("processor", `${machine.cores} cores, ${machine.processor} ${machine.flags.join(" ")}`),
    finding("memory", `${gibibytes(totalmem())}, ${gibibytes(freemem())} free`),
    finding("disk", `${gibibytes(disk.bavail * disk.bsize)} free`),
    kernel(),
    finding("Chromium", findBrowser(), "not found: figures without SVG and PNG"),
    finding("Slurm", firstLine("sinfo", "--version"), "none"),
    finding("MPI", firstLine("mpirun", "--version"), "none"),
    finding("Python", firstLine("python3", "--version")),
    finding("C++ compiler", firstLine("g++", "--version")),
    credentials(),
  ];
}

export const doctorCommand: Command = {
  help: `Usage: phenocover doctor [--json]

Says what this machine offers: network engine, GPU, processor, memory, disk, notebook kernel,
Chromium, Slurm, MPI, Python, compiler, and where credentials lie: environment, .netrc or the file
that PHENOCOVER_CREDENTIALS names (never their values).
`,
  async run(args, { stdout }) {
    const { values } = parseOptions(args, { json: { type: "boolean" } }, [0, 0]);
    const all = await findings();
    stdout.write(
      values.json
        ? `${JSON.stringify(all, null, 2)}\n`
        : `${alignLeft(all.map(({ name, found }) => [name, found]))}\n`,
    );
    return 0;
  },
};
