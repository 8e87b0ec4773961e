import type { Footprint } from "./footprint.js";

/** A file that a STAC item points to. */
export interface StacAsset {
  readonly href: string;
  readonly type?: string;
  /** Bytes of the file, and its multihash in hexadecimal digits. */
  readonly "file:size"?: number;
  readonly "file:checksum"?: string;
  readonly alternate?: Readonly<Record<string, { readonly href?: string } | undefined>>;
}

/** The parts of a STAC item that a scene record is made from. */
export interface StacItem {
  readonly id: string;
  readonly collection?: string;
  readonly bbox?: readonly number[];
  readonly geometry?: Footprint | null;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly assets: Readonly<Record<string, StacAsset>>;
}
