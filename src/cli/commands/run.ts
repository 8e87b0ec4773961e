import { fstatSync } from "node:fs";
import { UsageError } from "../../errors.js";
import { executeNotebook, type RunOptions } from "../../notebook/executeNotebook.js";
import { outputText } from "../../notebook/run/outputRecorder.js";
import { CellFailed } from "../../notebook/run/runErrors.js";
import { packageVersion } from "../../packageRoot.js";
import { provideKernel } from "../../run/kernelSetup.js";
import { createProgressLine, type ProgressLine } from "../../run/progressLine.js";
import type { Command, CommandContext } from "../command.js";
import { parseOptions } from "../options.js";
import { takeParameters } from "../runArguments.js";
import { notebookHelp } from "./inspect.js";

const flag = { type: "boolean" } as const;
const text = { type: "string" } as const;
const list = { type: "string", multiple: true } as const;

const options = {
  "help-notebook": flag,
  "inject-input-path": flag,
  "inject-output-path": flag,
  "inject-paths": flag,
  engine: text,
  "request-save-on-cell-execute": flag,
  "no-request-save-on-cell-execute": flag,
  "autosave-cell-every": text,
  "prepare-only": flag,
  "prepare-execute": flag,
  kernel: { ...text, short: "k" },
  language: { ...text, short: "l" },
  cwd: text,
  "progress-bar": flag,
  "no-progress-bar": flag,
  "log-output": flag,
  "no-log-output": flag,
  "stdout-file": text,
  "stderr-file": text,
  "log-level": text,
  "start-timeout": text,
  start_timeout: text,
  "execution-timeout": text,
  "report-mode": flag,
  "no-report-mode": flag,
  "allow-unknown": flag,
  "keep-going": flag,
  "skip-tags": list,
  "skip-tag": list,
  "only-tags": list,
  "only-tag": list,
  "from-cell": text,
  resume: flag,
  input: list,
  secret: list,
  version: flag,
} as const;

const levels = ["NOTSET", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];

export const runCommand: Command = {
  help: `Usage: phenocover run IN [OUT] [options]

Executes a notebook in the kernel that it names and writes the executed copy to OUT. IN and OUT may
be "-" (stdin, stdout) and may hold parameters in Python's format, such as out_{region}.ipynb.
OUT may be left out when stdout is not a terminal; with a pipe on stdin a single path is OUT.

Parameters, later sources win: -b, -f, -y, -p, -r
  -p, --parameters NAME VALUE       typed as in Python: True, None, 1, 2.5, text
  -r, --parameters_raw NAME VALUE   always text
  -f, --parameters_file FILE        YAML or JSON
  -y, --parameters_yaml YAML        YAML text
  -b, --parameters_base64 TEXT      YAML text in base64
  --inject-input-path, --inject-output-path, --inject-paths
                                    add PAPERMILL_INPUT_PATH, PAPERMILL_OUTPUT_PATH
  --allow-unknown                   warn about names that the notebook does not declare
  --secret NAME                     keep this parameter out of the output, repeatable

Execution
  -k, --kernel NAME  -l, --language NAME  --cwd DIR  --engine NAME
  --start-timeout 60  --execution-timeout SECONDS (a cell)
  --prepare-only                    inject the parameters, execute nothing
  --keep-going                      execute the cells after a failed one, fail at the end
  --skip-tags A,B  --only-tags A,B  --from-cell ID (or position, from 1)
                                    cells tagged parameters or setup always run
  --resume                          go on where the run that wrote OUT failed or was stopped: a cell
                                    tagged checkpoint ends a step, finished steps are skipped unless
                                    parameters, code or input files changed
  --input FILE                      a file that the notebook reads, besides those that parameters
                                    name, repeatable; --resume looks whether it changed

Output
  --no-request-save-on-cell-execute  --autosave-cell-every 30
  --progress-bar, --no-progress-bar  --log-output  --log-level INFO
  --stdout-file FILE  --stderr-file FILE  --report-mode (hides code)
  --help-notebook                   parameters of the notebook

Exit codes: 0 done, 1 a cell failed, 2 usage, 138 the kernel died.
`,
  async run(args, context) {
    const { parameters, rest } = takeParameters(args);
    const { values, positionals } = parseOptions(rest, options, [0, 2]);
    if (values.version) {
      context.stdout.write(`${packageVersion()}\n`);
      return 0;
    }
    const { input, output } = places(positionals, values["help-notebook"] ?? false, context);
    if (values["help-notebook"]) return notebookHelp(input, context);
    if (values.resume && output === "-") {
      throw new UsageError("--resume", "needs an OUT that an earlier run wrote");
    }
    const paths = {
      ...(values["inject-input-path"] || values["inject-paths"]
        ? { PAPERMILL_INPUT_PATH: input }
        : {}),
      ...(values["inject-output-path"] || values["inject-paths"]
        ? { PAPERMILL_OUTPUT_PATH: output }
        : {}),
    };
    await provideKernel();
    const silent = values["no-progress-bar"] || values["log-output"] || output === "-";
    const bar = values["progress-bar"] || !silent ? createProgressLine(context.stderr) : null;
    bar?.begin(input, 1, 1);
    try {
      await executeNotebook(input, output, {
        parameters: { ...paths, ...parameters },
        ...selection(values),
        engine: values.engine ?? "nbclient",
        ...(values.kernel ? { kernelName: values.kernel } : {}),
        ...(values.language ? { language: values.language } : {}),
        ...(values.cwd ? { cwd: values.cwd } : {}),
        ...(values["stdout-file"] ? { stdoutFile: values["stdout-file"] } : {}),
        ...(values["stderr-file"] ? { stderrFile: values["stderr-file"] } : {}),
        prepareOnly: values["prepare-only"] ?? false,
        reportMode: values["report-mode"] ?? false,
        allowUnknown: values["allow-unknown"] ?? false,
        keepGoing: values["keep-going"] ?? false,
        resume: values.resume ?? false,
        inputs: values.input ?? [],
        secrets: values.secret ?? [],
        saveOnCell: !values["no-request-save-on-cell-execute"],
        autosaveEvery: seconds("--autosave-cell-every", values["autosave-cell-every"], 30),
        startTimeout: seconds(
          "--start-timeout",
          values["start-timeout"] ?? values.start_timeout,
          60,
        ),
        executionTimeout: seconds("--execution-timeout", values["execution-timeout"], 0),
        logOutput: values["log-output"] ?? false,
        log: logger(context, values["log-level"] ?? (output === "-" ? "ERROR" : "INFO"), bar),
        signal: context.signal,
        ...(bar ? { hooks: barHooks(bar) } : {}),
      });
      bar?.end(`${input} done`);
      return 0;
    } catch (error) {
      bar?.close();
      if (error instanceof CellFailed) context.stderr.write(error.report);
      throw error;
    } finally {
      bar?.close();
    }
  },
};

/** Input and output by papermill's rules: what is missing is a stream. */
function places(
  [first, second]: readonly string[],
  inspects: boolean,
  context: CommandContext,
): { input: string; output: string } {
  const piped = fstatSync(0).isFIFO();
  const interactive = (context.stdout as { isTTY?: boolean }).isTTY === true;
  if (first === undefined && !piped) throw new UsageError("IN", "is missing, expected a notebook");
  if (inspects) return { input: first ?? "-", output: "-" };
  if (second === undefined && interactive && !piped) {
    throw new UsageError("OUT", "is missing, expected a path or -");
  }
  if (piped && first !== undefined && second === undefined) return { input: "-", output: first };
  return { input: first ?? "-", output: second ?? "-" };
}

function selection(values: {
  readonly "skip-tags"?: string[];
  readonly "skip-tag"?: string[];
  readonly "only-tags"?: string[];
  readonly "only-tag"?: string[];
  readonly "from-cell"?: string;
}): Pick<RunOptions, "skipTags" | "onlyTags" | "fromCell"> {
  const tags = (name: "skip" | "only") =>
    [...(values[`${name}-tags`] ?? []), ...(values[`${name}-tag`] ?? [])].flatMap((list) =>
      list.split(","),
    );
  return {
    skipTags: tags("skip"),
    onlyTags: tags("only"),
    ...(values["from-cell"] ? { fromCell: values["from-cell"] } : {}),
  };
}

function seconds(option: string, given: string | undefined, fallback: number): number {
  if (given === undefined) return fallback;
  const value = Number(given);
  if (given.trim() !== "" && value >= 0) return value;
  throw new UsageError(option, `${JSON.stringify(given)} is not a number of seconds`);
}

function logger({ stderr }: CommandContext, level: string, bar: ProgressLine | null) {
  const least = levels.indexOf(level.toUpperCase());
  if (least < 0) throw new UsageError("--log-level", `${level} is not one of ${levels.join(", ")}`);
  return (of: string, message: string): void => {
    if (levels.indexOf(of) < least) return;
    if (bar && of !== "WARNING") return;
    const line = message.endsWith("\n") ? message.slice(0, -1) : message;
    if (bar) bar.say(line);
    else stderr.write(`${line}\n`);
  };
}

function barHooks(bar: ProgressLine): NonNullable<RunOptions["hooks"]> {
  return {
    onCellStart: ({ source }, index, total) => {
      bar.cell(index + 1, total);
      const description = /papermill_description=(\S+)/.exec(source)?.[1];
      if (description !== undefined) bar.output(`Executing ${description}\n`);
    },
    onOutput: (_, __, output) => bar.output(outputText(output)),
  };
}
