/** Method by which an object tells a notebook how to show it. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as never;

/** Representations of one object by media type; bytes are base64. */
export type DisplayBundle = Readonly<Record<string, unknown>>;

/** An object that notebooks show by itself. */
export interface Displayable {
  [DISPLAY](): DisplayBundle;
}
