import { execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { packageRoot } from "../../../src/packageRoot.js";

/** Python of the environment that holds papermill and ipykernel. */
export const peerPython = join(packageRoot(), ".cache", "peers", "notebook", "bin", "python");

/** How a command line ended and what it wrote. */
export interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** text of a file that it wrote */
  readonly file: (name: string) => string;
  /** a notebook that it wrote, without times, ids and versions */
  readonly notebook: (name: string) => PlainNotebook;
}

/** A notebook as plain JSON. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into documents freely
export type PlainNotebook = any;

/** One side's endings by the name of the case. */
export type Endings = ReadonlyMap<string, Ending>;

/** Command lines at a time on each side. */
const PARALLEL = 2;

/**
 * Runs command lines in papermill and in `phenocover run`, each in its own copy of a folder.
 *
 * @param folder scratch folder whose `input` holds the notebooks
 */
export async function runBoth(
  folder: string,
  cases: Readonly<Record<string, readonly string[]>>,
): Promise<{ ours: Endings; theirs: Endings }> {
  const [our, their] = ["ours", "theirs"].map((name) => {
    const at = join(folder, name, "work");
    cpSync(join(folder, "input"), at, { recursive: true });
    return at;
  }) as [string, string];
  const file = join(folder, "cases.json");
  writeFileSync(file, JSON.stringify(cases));
  const [ourCodes, theirCodes] = await Promise.all([runOurs(our, cases), runTheirs(their, file)]);
  return { ours: endings(our, ourCodes), theirs: endings(their, theirCodes) };
}

type Codes = Readonly<Record<string, number>>;

async function runTheirs(folder: string, cases: string): Promise<Codes> {
  const program = join(packageRoot(), "test", "notebook", "papermill", "runCases.py");
  // a pipe on stdin would be taken for a notebook
  const child = promisify(execFile)(peerPython, [program, cases, folder, String(PARALLEL)], {
    env: { ...process.env, PYDEVD_DISABLE_FILE_VALIDATION: "1" },
  });
  child.child.stdin?.end();
  return JSON.parse((await child).stdout);
}

async function runOurs(
  folder: string,
  cases: Readonly<Record<string, readonly string[]>>,
): Promise<Codes> {
  const codes: Record<string, number> = {};
  const waiting = Object.entries(cases);
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      codes[next[0]] = await runOne(folder, next[0], next[1]);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return codes;
}

const main = fileURLToPath(new URL("../../../src/cli/main.js", import.meta.url));

/** The environment in which this package finds ipykernel. */
export const peerEnvironment = {
  ...process.env,
  PATH: `${dirname(peerPython)}${delimiter}${process.env.PATH}`,
};

function runOne(folder: string, name: string, args: readonly string[]): Promise<number> {
  const streams = ["stdout", "stderr"].map((suffix) =>
    openSync(join(folder, `${name}.${suffix}`), "w"),
  );
  const child = spawn(process.execPath, [main, "run", ...args], {
    cwd: folder,
    env: peerEnvironment,
    stdio: ["ignore", ...(streams as [number, number])],
  });
  return new Promise((done) => child.once("exit", (code) => done(code ?? -1)));
}

function endings(folder: string, codes: Codes): Endings {
  const text = (name: string) => readFileSync(join(folder, name), "utf8");
  return new Map(
    Object.entries(codes).map(([name, code]) => [
      name,
      {
        code,
        stdout: text(`${name}.stdout`),
        stderr: text(`${name}.stderr`),
        file: text,
        notebook: (file: string) => comparable(JSON.parse(text(file))),
      },
    ]),
  );
}

/** A notebook without what differs from run to run and without this package's own additions. */
export function comparable(document: PlainNotebook): PlainNotebook {
  return JSON.parse(
    JSON.stringify(document, (key, value: unknown) => {
      if (["phenocover", "id", "version"].includes(key)) return undefined;
      if (typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:]+\.\d{6}(Z|\+00:00)$/.test(value)) {
        return value.replace(/\d/g, "0");
      }
      return key === "duration" && typeof value === "number" ? "seconds" : value;
    }),
  );
}

/** Writes the notebooks that the cases start from into `folder/input`. */
export function writeInputs(folder: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(folder, "input", "sub"), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, "input", name), content);
  }
}
