import { isRemote } from "../http/http.js";
import type { ByteSource } from "./byteSource.js";
import { openLocalBytes } from "./localBytes.js";
import { openRemoteBytes } from "./remoteBytes.js";

/** Opens the bytes of a file, by path or address; the caller closes them. */
export async function openBytes(place: string): Promise<ByteSource> {
  return isRemote(place) ? openRemoteBytes(place) : openLocalBytes(place);
}
