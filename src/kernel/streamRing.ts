import { StringDecoder } from "node:string_decoder";
import { AWAKE, READ, type SharedState, WRITTEN } from "./sharedState.js";

/** Text streams of a cell; the index is stored in the ring. */
const STREAM_NAMES = ["stdout", "stderr"] as const;

/** Name of a text stream. */
export type StreamName = (typeof STREAM_NAMES)[number];

/** Streams are sent when this much has gathered, in bytes ... */
export const BATCH_BYTES = 64 * 1024;
/** ... or this much time has passed, in milliseconds. */
export const BATCH_MILLISECONDS = 50;

/** Length u32, serial u32, stream u8. */
const HEADER_BYTES = 9;
/** Most bytes that UTF-8 takes for a UTF-16 unit. */
const UNIT_BYTES = 3;

/**
 * Writes a cell's output into shared memory, from where the socket thread sends it even while the
 * cell keeps the main thread busy. Waits when the ring is full: nothing is dropped.
 */
export class StreamWriter {
  readonly #control: SharedState["control"];
  readonly #ring: Buffer;
  #sinceDrain = 0;

  /** @param notify asks the socket thread to read: soon, or `now` */
  constructor(
    state: SharedState,
    readonly notify: (now: boolean) => void,
  ) {
    this.#control = state.control;
    this.#ring = Buffer.from(state.ring.buffer);
  }

  write(serial: number, stream: StreamName, text: string | Uint8Array): void {
    if (typeof text === "string" && this.#writeText(serial, stream, text)) return;
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    for (let at = 0; at < bytes.length; at += BATCH_BYTES) {
      const part = bytes.subarray(at, at + BATCH_BYTES);
      this.#waitForSpace(HEADER_BYTES + part.length);
      const position = Atomics.load(this.#control, WRITTEN) + HEADER_BYTES;
      const from = position & (this.#ring.length - 1);
      const first = Math.min(part.length, this.#ring.length - from);
      this.#ring.set(part.subarray(0, first), from);
      this.#ring.set(part.subarray(first), 0);
      this.#finish(serial, stream, part.length);
    }
  }

  /** Encodes a short text where it belongs; false where the ring's end is too near. */
  #writeText(serial: number, stream: StreamName, text: string): boolean {
    const most = HEADER_BYTES + text.length * UNIT_BYTES;
    const from = Atomics.load(this.#control, WRITTEN) & (this.#ring.length - 1);
    if (most > BATCH_BYTES || from + most > this.#ring.length) return false;
    this.#waitForSpace(most);
    this.#finish(serial, stream, this.#ring.write(text, from + HEADER_BYTES));
    return true;
  }

  #waitForSpace(size: number): void {
    const written = Atomics.load(this.#control, WRITTEN);
    for (;;) {
      const read = Atomics.load(this.#control, READ);
      if (this.#ring.length - ((written - read) | 0) >= size) return;
      this.notify(true);
      Atomics.wait(this.#control, READ, read, 100);
    }
  }

  /** Puts the header before what was written and shows both to the reader. */
  #finish(serial: number, stream: StreamName, length: number): void {
    const written = Atomics.load(this.#control, WRITTEN);
    const size = HEADER_BYTES + length;
    writeNumber(this.#ring, written, length);
    writeNumber(this.#ring, written + 4, serial);
    this.#ring[(written + 8) & (this.#ring.length - 1)] = STREAM_NAMES.indexOf(stream);
    Atomics.store(this.#control, WRITTEN, (written + size) | 0);
    this.#sinceDrain += size;
    if (this.#sinceDrain >= BATCH_BYTES) {
      this.#sinceDrain = 0;
      this.notify(true);
    } else if (Atomics.exchange(this.#control, AWAKE, 1) === 0) {
      this.notify(false);
    }
  }
}

/** Reads what {@link StreamWriter} wrote and hands it on in batches, in order. */
export class StreamReader {
  readonly #control: SharedState["control"];
  readonly #ring: Buffer;
  readonly #decoders = new Map<string, StringDecoder>();
  readonly #batch = Buffer.alloc(2 * BATCH_BYTES);

  /** @param send receives one batch of text of one cell and stream */
  constructor(
    state: SharedState,
    readonly send: (serial: number, stream: StreamName, text: string) => void,
  ) {
    this.#control = state.control;
    this.#ring = Buffer.from(state.ring.buffer);
  }

  /** Reads all that is there. */
  drain(): void {
    Atomics.store(this.#control, AWAKE, 0);
    const end = Atomics.load(this.#control, WRITTEN);
    let at = Atomics.load(this.#control, READ);
    let owner = 0;
    let name: StreamName = "stdout";
    let bytes = 0;
    const flush = () => {
      if (bytes === 0) return;
      const text = this.#decoder(owner, name).write(this.#batch.subarray(0, bytes));
      bytes = 0;
      if (text !== "") this.send(owner, name, text);
    };
    while (at !== end) {
      const length = readNumber(this.#ring, at);
      const serial = readNumber(this.#ring, at + 4);
      const stream = STREAM_NAMES[this.#ring[(at + 8) & (this.#ring.length - 1)]!]!;
      if (serial !== owner || stream !== name || bytes + length > this.#batch.length) flush();
      owner = serial;
      name = stream;
      this.#copy(at + HEADER_BYTES, length, bytes);
      bytes += length;
      if (bytes >= BATCH_BYTES) flush();
      at = (at + HEADER_BYTES + length) | 0;
    }
    flush();
    Atomics.store(this.#control, READ, end);
    Atomics.notify(this.#control, READ);
  }

  #copy(position: number, length: number, to: number): void {
    const from = position & (this.#ring.length - 1);
    const first = this.#ring.copy(this.#batch, to, from, from + length);
    this.#ring.copy(this.#batch, to + first, 0, length - first);
  }

  /** A character cut by a chunk border waits for its rest, for each cell and stream. */
  #decoder(serial: number, stream: StreamName): StringDecoder {
    const key = `${serial} ${stream}`;
    let decoder = this.#decoders.get(key);
    if (decoder === undefined) {
      decoder = new StringDecoder("utf8");
      this.#decoders.set(key, decoder);
    }
    return decoder;
  }
}

function writeNumber(ring: Uint8Array, position: number, value: number): void {
  const mask = ring.length - 1;
  for (let i = 0; i < 4; i++) ring[(position + i) & mask] = value >>> (8 * i);
}

function readNumber(ring: Uint8Array, position: number): number {
  const mask = ring.length - 1;
  let value = 0;
  for (let i = 3; i >= 0; i--) value = (value << 8) | ring[(position + i) & mask]!;
  return value >>> 0;
}
