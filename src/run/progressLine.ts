/** Where progress is shown. */
export interface ProgressTarget {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a step is doing at the moment. */
export interface StepState {
  readonly name: string;
  /** Position and number of steps of the run, from 1. */
  readonly step: number;
  readonly steps: number;
  /** Position and number of cells, from 1; 0 before the first. */
  readonly cell: number;
  readonly cells: number;
  /** Last line of output. */
  readonly note: string;
}

/** Shows the state of the current step until it ends. */
export interface ProgressLine {
  begin(name: string, step: number, steps: number): void;
  cell(cell: number, cells: number): void;
  /** Output of the step; its last full line is shown. */
  output(text: string): void;
  /** Ends the step's line and prints a line that stays. */
  end(line: string): void;
  /** Prints a line that stays. */
  say(line: string): void;
  /** Stops redrawing. */
  close(): void;
}

/** `1:23` or `1:02:03` of seconds. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** One line about a step's state after the given seconds. */
export function stateLine(state: StepState, seconds: number): string {
  const cells = state.cells > 0 ? ` cell ${state.cell}/${state.cells}` : "";
  const note = state.note ? ` | ${state.note}` : "";
  return `[${state.step}/${state.steps}] ${state.name}${cells} ${clock(seconds)}${note}`;
}

/** A short bar of the cells done, for terminals. */
function bar({ cell, cells }: StepState): string {
  const width = 12;
  const done = cells > 0 ? Math.round((Math.max(0, cell - 1) / cells) * width) : 0;
  return `${"#".repeat(done)}${".".repeat(width - done)}`;
}

/** Longest silence in a log and in a redrawn line, milliseconds. */
const logInterval = 4000;
const drawInterval = 250;

/**
 * Progress on a terminal as one redrawn line, elsewhere as plain lines, at most {@link logInterval}
 * apart.
 */
export function createProgressLine(target: ProgressTarget): ProgressLine {
  let state: StepState | null = null;
  let started = 0;
  let printed = 0;
  let shownNote = "";
  let pending = "";
  const now = () => performance.now();
  const clear = () => target.isTTY && target.write("\r\x1b[K");
  const draw = () => {
    if (!state) return;
    const seconds = (now() - started) / 1000;
    if (target.isTTY) {
      const line = `${bar(state)} ${stateLine(state, seconds)}`;
      target.write(`\r\x1b[K${line.slice(0, (target.columns ?? 100) - 1)}`);
      return;
    }
    const silent = now() - printed;
    if (silent < (state.note === shownNote ? logInterval : logInterval / 2)) return;
    target.write(`${stateLine(state, seconds)}\n`);
    printed = now();
    shownNote = state.note;
  };
  const timer = setInterval(draw, drawInterval);
  timer.unref();
  const say = (line: string) => {
    clear();
    target.write(`${line}\n`);
    printed = now();
  };
  return {
    begin(name, step, steps) {
      state = { name, step, steps, cell: 0, cells: 0, note: "" };
      started = now();
      shownNote = "";
      pending = "";
      if (!target.isTTY) say(stateLine(state, 0));
    },
    cell(cell, cells) {
      if (state) state = { ...state, cell, cells };
    },
    output(text) {
      if (!state) return;
      const lines = (pending + text).split(/[\r\n]+/);
      pending = lines.pop()!;
      const last = lines.filter((line) => line.trim()).at(-1) ?? "";
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours do not belong into a log
      if (last) state = { ...state, note: last.replace(/\x1b\[[\d;]*m/g, "").trim() };
    },
    end(line) {
      state = null;
      say(line);
    },
    say,
    close() {
      if (state) clear();
      state = null;
      clearInterval(timer);
    },
  };
}
