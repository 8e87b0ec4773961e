import { createRequire } from "node:module";

/** Samples of a decoded JPEG 2000 codestream, components in turn for every pixel. */
export interface DecodedCodestream {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly samples: Uint8Array | Uint16Array | Int16Array;
}

interface Decoder {
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): {
    readonly width: number;
    readonly height: number;
    readonly bitsPerSample: number;
    readonly componentCount: number;
    readonly isSigned: boolean;
  };
  delete(): void;
}

interface Codec {
  readonly J2KDecoder: new () => Decoder;
}

/** Lines that the codec prints, among them its errors: it does not throw. */
let printed: string[] = [];
let codec: Promise<Codec> | undefined;

/** OpenJPEG in WebAssembly, loaded when the first JPEG 2000 image is read. */
function loadCodec(): Promise<Codec> {
  const print = (line: string) => void printed.push(line);
  const load = createRequire(import.meta.url)("@cornerstonejs/codec-openjpeg/decodewasmjs");
  codec ??= load({ print, printErr: print }) as Promise<Codec>;
  return codec;
}

/**
 * Decodes a JPEG 2000 codestream of 1 to 16 bits.
 *
 * @throws Error when it is damaged, ends early or has more bits
 */
export async function decodeCodestream(bytes: Uint8Array): Promise<DecodedCodestream> {
  const { J2KDecoder } = await loadCodec();
  const decoder = new J2KDecoder();
  printed = [];
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    try {
      decoder.decode();
    } catch (cause) {
      throw new Error(problem() ?? "the codestream cannot be decoded", { cause });
    }
    const found = problem();
    if (found) throw new Error(found);
    const { width, height, bitsPerSample, componentCount, isSigned } = decoder.getFrameInfo();
    // The codec's memory is used again by the next image.
    const raw = Uint8Array.from(decoder.getDecodedBuffer());
    const expected = width * height * componentCount * (bitsPerSample > 8 ? 2 : 1);
    if (bitsPerSample > 16 || raw.length !== expected) {
      throw new Error(`${raw.length} bytes of ${bitsPerSample} bits, expected ${expected}`);
    }
    const samples =
      bitsPerSample <= 8 ? raw : new (isSigned ? Int16Array : Uint16Array)(raw.buffer);
    return { width, height, components: componentCount, samples };
  } finally {
    decoder.delete();
  }
}

/** What the codec complained of: a warning too, since it fills what is missing with zeros. */
function problem(): string | undefined {
  return printed.find((line) => /^\[(ERROR|WARNING)\]/.test(line))?.trim();
}
