/** A line of the history as the protocol has it: session, execution count, input or input with output. */
type HistoryLine = [number, number, string | [string, string | null]];

interface Entry {
  readonly line: number;
  readonly input: string;
  output: string | null;
}

/** The one session that a kernel knows. */
const SESSION = 1;

/** The cells that were executed, for clients that offer earlier input. */
export class History {
  readonly #entries: Entry[] = [];

  addInput(line: number, input: string): void {
    this.#entries.push({ line, input, output: null });
  }

  addOutput(line: number, output: string): void {
    const entry = this.#entries.findLast((candidate) => candidate.line === line);
    if (entry !== undefined) entry.output = output;
  }

  /** Content of the reply to a `history_request`: its `tail`, a `range` or a `search`. */
  answer(request: Readonly<Record<string, unknown>>): { status: "ok"; history: HistoryLine[] } {
    const { hist_access_type: access, output } = request;
    const found =
      access === "range"
        ? this.#range(request)
        : access === "search"
          ? this.#search(request)
          : this.#entries;
    const last = Number(request.n ?? found.length);
    const chosen =
      access === "range" || !(last >= 0)
        ? found
        : found.slice(found.length - Math.min(last, found.length));
    const history = chosen.map(
      (entry): HistoryLine => [
        SESSION,
        entry.line,
        output === true ? [entry.input, entry.output] : entry.input,
      ],
    );
    return { status: "ok", history };
  }

  /** Lines from `start` to before `stop`; session 0 means the present one, others are unknown. */
  #range({ session = 0, start, stop }: Readonly<Record<string, unknown>>): Entry[] {
    if (session !== 0 && session !== SESSION) return [];
    const first = Number(start ?? 0);
    const end = Number(stop ?? Number.POSITIVE_INFINITY);
    return this.#entries.filter(({ line }) => line >= first && line < end);
  }

  /** Inputs that match a glob of `*` and `?`; of equal ones the latest when `unique`. */
  #search({ pattern = "*", unique }: Readonly<Record<string, unknown>>): Entry[] {
    const source = String(pattern)
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", "[^]*")
      .replaceAll("?", "[^]");
    const test = new RegExp(`^${source}$`);
    const found = this.#entries.filter(({ input }) => test.test(input));
    if (unique !== true) return found;
    return found.filter(
      ({ input }, n) => found.findLastIndex((other) => other.input === input) === n,
    );
  }
}
