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

/**
 * Writes a cell's output into shared memory, from where the socket thread sends it even while the
 * cell keeps the main thread busy. Waits when the ring is full: nothing is dropped.
 */
export class StreamWriter {
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #sinceDrain = 0;

  /** @param notify asks the socket thread to read: soon, or `now` */
  constructor(
    readonly state: SharedState,
    readonly notify: (now: boolean) => void,
  ) {}

  write(serial: number, stream: StreamName, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += BATCH_BYTES) {
      this.#writeRecord(serial, stream, bytes.subarray(at, at + BATCH_BYTES));
    }
  }

  #writeRecord(serial: number, stream: StreamName, bytes: Uint8Array): void {
    const { control, ring } = this.state;
    const size = HEADER_BYTES + bytes.length;
    const written = Atomics.load(control, WRITTEN);
    for (;;) {
      const read = Atomics.load(control, READ);
      if (ring.length - ((written - read) | 0) >= size) break;
      this.notify(true);
      Atomics.wait(control, READ, read, 100);
    }
    this.#header.writeUInt32LE(bytes.length, 0);
    this.#header.writeUInt32LE(serial, 4);
    this.#header[8] = STREAM_NAMES.indexOf(stream);
    copyIn(ring, written, this.#header);
    copyIn(ring, written + HEADER_BYTES, bytes);
    Atomics.store(control, WRITTEN, (written + size) | 0);
    this.#sinceDrain += size;
    if (this.#sinceDrain >= BATCH_BYTES) {
      this.#sinceDrain = 0;
      this.notify(true);
    } else if (Atomics.exchange(control, AWAKE, 1) === 0) {
      this.notify(false);
    }
  }
}

/** Reads what {@link StreamWriter} wrote and hands it on in batches, in order. */
export class StreamReader {
  readonly #decoders = new Map<string, StringDecoder>();

  /** @param send receives one batch of text of one cell and stream */
  constructor(
    readonly state: SharedState,
    readonly send: (serial: number, stream: StreamName, text: string) => void,
  ) {}

  /** Reads all that is there. */
  drain(): void {
    const { control, ring } = this.state;
    Atomics.store(control, AWAKE, 0);
    const end = Atomics.load(control, WRITTEN);
    let at = Atomics.load(control, READ);
    let batch: { serial: number; stream: StreamName; text: string } | undefined;
    const flush = () => {
      if (batch !== undefined && batch.text !== "")
        this.send(batch.serial, batch.stream, batch.text);
      batch = undefined;
    };
    while (at !== end) {
      const header = copyOut(ring, at, HEADER_BYTES);
      const length = header.readUInt32LE(0);
      const serial = header.readUInt32LE(4);
      const stream = STREAM_NAMES[header[8]!]!;
      const text = this.#decoder(serial, stream).write(copyOut(ring, at + HEADER_BYTES, length));
      at = (at + HEADER_BYTES + length) | 0;
      if (batch?.serial !== serial || batch.stream !== stream || batch.text.length > BATCH_BYTES) {
        flush();
      }
      batch = { serial, stream, text: (batch?.text ?? "") + text };
    }
    flush();
    Atomics.store(control, READ, end);
    Atomics.notify(control, READ);
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

function copyIn(ring: Uint8Array, position: number, bytes: Uint8Array): void {
  const at = position & (ring.length - 1);
  const first = Math.min(bytes.length, ring.length - at);
  ring.set(bytes.subarray(0, first), at);
  ring.set(bytes.subarray(first), 0);
}

function copyOut(ring: Uint8Array, position: number, length: number): Buffer {
  const at = position & (ring.length - 1);
  const first = Math.min(length, ring.length - at);
  const bytes = Buffer.allocUnsafe(length);
  bytes.set(ring.subarray(at, at + first), 0);
  bytes.set(ring.subarray(0, length - first), first);
  return bytes;
}
