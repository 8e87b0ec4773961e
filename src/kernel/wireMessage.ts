import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** Header of a Jupyter message. */
export interface MessageHeader {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** A request as it arrived: routing frames first, then header and content. */
export interface WireRequest {
  readonly identities: readonly Uint8Array[];
  readonly header: MessageHeader;
  readonly content: Readonly<Record<string, unknown>>;
}

/** Version of the messaging protocol that is spoken. */
export const PROTOCOL_VERSION = "5.3";

const DELIMITER = Buffer.from("<IDS|MSG>");

/** Writes and reads the frames of Jupyter messages, signed with the connection's key. */
export class WireFormat {
  readonly #algorithm: string;
  readonly #session = randomUUID();

  /**
   * @param key connection key; empty means unsigned
   * @param scheme such as `hmac-sha256`
   */
  constructor(
    readonly key: string,
    scheme: string,
  ) {
    this.#algorithm = scheme.replace(/^hmac-/, "");
  }

  /** Frames of a message of `type`, an answer to `parent` where there is one. */
  encode(
    identities: readonly Uint8Array[],
    type: string,
    parent: MessageHeader | undefined,
    content: unknown,
  ): Uint8Array[] {
    const header: MessageHeader = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.#session,
      username: "kernel",
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    const parts = [header, parent ?? {}, {}, content].map((part) =>
      Buffer.from(JSON.stringify(part)),
    );
    return [...identities, DELIMITER, Buffer.from(this.#sign(parts)), ...parts];
  }

  /** The request in `frames`; undefined when it is malformed or its signature is wrong. */
  decode(frames: readonly Buffer[]): WireRequest | undefined {
    const at = frames.findIndex((frame) => frame.equals(DELIMITER));
    const parts = frames.slice(at + 2, at + 6);
    if (at < 0 || parts.length < 4) return undefined;
    const expected = Buffer.from(this.#sign(parts));
    const found = frames[at + 1]!;
    if (found.length !== expected.length || !timingSafeEqual(found, expected)) return undefined;
    try {
      return {
        identities: frames.slice(0, at),
        header: JSON.parse(parts[0]!.toString()),
        content: JSON.parse(parts[3]!.toString()),
      };
    } catch {
      return undefined;
    }
  }

  #sign(parts: readonly Uint8Array[]): string {
    if (this.key === "") return "";
    const hmac = createHmac(this.#algorithm, this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
}
