import { ServiceError } from "../errors.js";
import { type Clock, systemClock } from "./clock.js";
import { type HttpFetch, publicAddress, replyText } from "./http.js";
import { Secret } from "./secret.js";

/** A service that signs addresses of private blobs. */
export interface SignatureService {
  /** Address of the token of a container. */
  readonly tokenUrl: (account: string, container: string) => string;
}

interface Signature {
  readonly query: Secret;
  readonly until: number;
}

/** Milliseconds before its end at which a signature counts as expired. */
const margin = 60_000;

/**
 * Appends a shared access signature to the address of a blob, one for a whole container, right
 * before each read. It is renewed when its end (`se`) is near, and once when the blob answers 401
 * or 403.
 *
 * @throws ServiceError when no signature is given
 */
export function withSignature(
  fetch: HttpFetch,
  service: SignatureService,
  clock: Clock = systemClock,
): HttpFetch {
  const kept = new Map<string, Promise<Signature>>();
  const renew = (url: string) => {
    const asked = askSignature(fetch, url, service);
    kept.set(container(url), asked);
    asked.catch(() => kept.delete(container(url)));
    return asked;
  };
  return async (request, options) => {
    const { url } = request;
    const send = ({ query }: Signature) =>
      fetch(
        { ...request, url: `${url}${url.includes("?") ? "&" : "?"}${query.reveal()}` },
        options,
      );
    let asked = kept.get(container(url)) ?? renew(url);
    let signature = await asked;
    if (signature.until - margin <= clock.now()) {
      asked = kept.get(container(url)) === asked ? renew(url) : kept.get(container(url))!;
      signature = await asked;
    }
    const reply = await send(signature);
    if (reply.status !== 401 && reply.status !== 403) return reply;
    return send(
      await (kept.get(container(url)) === asked ? renew(url) : kept.get(container(url))!),
    );
  };
}

const container = (url: string) => new URL(url).pathname.split("/")[1] ?? "";

async function askSignature(
  fetch: HttpFetch,
  url: string,
  { tokenUrl }: SignatureService,
): Promise<Signature> {
  const account = new URL(url).hostname.split(".")[0]!;
  const address = tokenUrl(account, container(url));
  const reply = await fetch({ url: address });
  let token: unknown;
  try {
    if (reply.status === 200) token = JSON.parse(replyText(reply)).token;
  } catch {
    token = undefined;
  }
  if (typeof token !== "string" || !token) {
    const problem = `answered ${reply.status} without a token, expected a signature`;
    throw new ServiceError(publicAddress(address), problem, reply.status);
  }
  const end = Date.parse(new URLSearchParams(token).get("se") ?? "");
  return { query: new Secret(token), until: Number.isNaN(end) ? Number.POSITIVE_INFINITY : end };
}
