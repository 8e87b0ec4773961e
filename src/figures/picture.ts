import { type Displayable, jupyterDisplay, type MimeBundle } from "../display.js";
import { writeFileAtomic } from "../files/atomic.js";
import { type Canvas, encodePng } from "./canvas.js";

/** A finished picture: PNG bytes that a notebook shows. */
export interface Picture extends Displayable {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** What it shows, in words. */
  readonly description: string;
  [jupyterDisplay](): MimeBundle;
}

/** The canvas as a picture. */
export function pictureOf(canvas: Canvas, description: string): Picture {
  const png = encodePng(canvas);
  return {
    png,
    width: canvas.width,
    height: canvas.height,
    description,
    [jupyterDisplay]: () => ({
      "image/png": Buffer.from(png).toString("base64"),
      "text/plain": description,
    }),
  };
}

/** Writes the picture as a PNG file and returns it. */
export async function savePicture(path: string, picture: Picture): Promise<Picture> {
  await writeFileAtomic(path, picture.png);
  return picture;
}
