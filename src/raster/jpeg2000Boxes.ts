import type { ByteRange, ByteSource } from "./byteSource.js";

/** What of a JP2 file is needed to read its image on a map. */
export interface Jpeg2000Boxes {
  readonly codestream: ByteRange;
  /** Geography markup of the image; null where the file has none. */
  readonly gml: string | null;
}

/** Boxes that hold boxes, among them those around the geography markup. */
const containers = new Set(["asoc"]);

/**
 * Finds codestream and geography markup among the boxes of a JP2 file (ISO/IEC 15444-1, annex I).
 *
 * @throws Error when there is no codestream
 */
export async function readBoxes(bytes: ByteSource): Promise<Jpeg2000Boxes> {
  let codestream: ByteRange | null = null;
  let gml: string | null = null;
  const walk = async (from: number, to: number): Promise<void> => {
    for (let at = from; at + 8 <= to; ) {
      const box = await readBox(bytes, at, to);
      if (box.type === "jp2c") codestream ??= box.content;
      else if (box.type === "xml ") {
        const text = await readText(bytes, box.content);
        if (gml === null && /RectifiedGrid\b/.test(text)) gml = text;
      } else if (containers.has(box.type)) {
        await walk(box.content.offset, box.content.offset + box.content.length);
      }
      at = box.content.offset + box.content.length;
      // The markup comes first; a look behind the image would be a request more.
      if (codestream && gml !== null) return;
    }
  };
  await walk(0, bytes.size);
  if (!codestream) throw new Error("no codestream (jp2c) among its boxes");
  return { codestream, gml };
}

async function readBox(bytes: ByteSource, at: number, to: number) {
  const length = Math.min(16, to - at);
  const [buffer] = await bytes.read([{ offset: at, length }]);
  const view = new DataView(buffer!);
  const type = new TextDecoder("latin1").decode(new Uint8Array(buffer!, 4, 4));
  const stated = view.getUint32(0);
  const header = stated === 1 ? 16 : 8;
  const size =
    stated === 0 ? to - at : stated === 1 && length === 16 ? Number(view.getBigUint64(8)) : stated;
  if (size < header || at + size > to) {
    throw new Error(`box ${JSON.stringify(type)} at byte ${at} of ${size} bytes leaves the file`);
  }
  return { type, content: { offset: at + header, length: size - header } };
}

async function readText(bytes: ByteSource, range: ByteRange): Promise<string> {
  return new TextDecoder().decode((await bytes.read([range]))[0]!);
}
