import { inflateSync } from "node:zlib";
import { boldLetters, regularLetters } from "./fontAtlas.js";

/** One letter as a small grey picture. */
export interface Letter {
  /** Distance to the next letter, pixels. */
  readonly advance: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Ink of every pixel, 0-15, row by row. */
  readonly grey: Uint8Array;
}

/** Letters of one size. */
export interface LetterSet {
  /** Height of a line, pixels. */
  readonly height: number;
  /** The letter, or the question mark for one that the set does not hold. */
  letter(character: string): Letter;
  /** Width of a text, pixels. */
  measure(text: string): number;
}

function decode(text: string): LetterSet {
  const bytes = inflateSync(Buffer.from(text, "base64"));
  const height = bytes.readUInt8(1);
  const count = bytes.readUInt16LE(2);
  const letters = new Map<string, Letter>();
  let at = 4;
  for (let n = 0; n < count; n++) {
    const width = bytes.readUInt8(at + 5);
    const rows = bytes.readUInt8(at + 6);
    const grey = new Uint8Array(width * rows);
    for (let i = 0; i < grey.length; i++) {
      const pair = bytes[at + 7 + (i >> 1)]!;
      grey[i] = i % 2 === 0 ? pair >> 4 : pair & 15;
    }
    letters.set(String.fromCodePoint(bytes.readUInt16LE(at)), {
      advance: bytes.readUInt8(at + 2),
      left: bytes.readInt8(at + 3),
      top: bytes.readInt8(at + 4),
      width,
      height: rows,
      grey,
    });
    at += 7 + Math.ceil(grey.length / 2);
  }
  const letter = (character: string) => letters.get(character) ?? letters.get("?")!;
  return {
    height,
    letter,
    measure: (words) => [...words].reduce((sum, character) => sum + letter(character).advance, 0),
  };
}

/** Letters of 15 pixels for labels. */
export const regular: LetterSet = decode(regularLetters);

/** Bold letters of 18 pixels for titles. */
export const bold: LetterSet = decode(boldLetters);
