import { ServiceError } from "../errors.js";
import { type Clock, systemClock } from "./clock.js";
import type { Credentials } from "./credentials.js";
import { type HttpFetch, type HttpReply, publicAddress, replyText } from "./http.js";
import { Secret } from "./secret.js";

/** Where and as whom an access token is asked for (OAuth 2, grants `password` and `refresh_token`). */
export interface TokenService {
  readonly url: string;
  readonly client: string;
  /** Called on the first request that needs a token. */
  readonly credentials: () => Credentials;
}

interface Tokens {
  readonly access: Secret;
  readonly accessUntil: number;
  readonly refresh: Secret | null;
  readonly refreshUntil: number;
}

/** Milliseconds before its end at which a token counts as expired. */
const margin = 30_000;

/**
 * Adds an access token to every request. A token is shared and refreshed, since sessions are
 * limited; a 401 or 403 refreshes it once and repeats the request once, then counts.
 *
 * @throws ServiceError when the login is refused
 */
export function withBearer(
  fetch: HttpFetch,
  service: TokenService,
  clock: Clock = systemClock,
): HttpFetch {
  let tokens: Tokens | null = null;
  let pending: Promise<Tokens> | null = null;

  const renew = (): Promise<Tokens> => {
    pending ??= askToken(fetch, service, tokens, clock)
      .then((fresh) => {
        tokens = fresh;
        return fresh;
      })
      .finally(() => {
        pending = null;
      });
    return pending;
  };

  return async (request, options) => {
    const send = ({ access }: Tokens) =>
      fetch(
        { ...request, headers: { ...request.headers, authorization: `Bearer ${access.reveal()}` } },
        options,
      );
    const current = tokens && tokens.accessUntil > clock.now() ? tokens : await renew();
    const reply = await send(current);
    if (reply.status !== 401 && reply.status !== 403) return reply;
    // Another request may have renewed it meanwhile.
    return send(tokens && tokens !== current ? tokens : await renew());
  };
}

async function askToken(
  fetch: HttpFetch,
  { url, client, credentials }: TokenService,
  old: Tokens | null,
  clock: Clock,
): Promise<Tokens> {
  const ask = (fields: Readonly<Record<string, string>>) =>
    fetch({
      url,
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ client_id: client, ...fields }).toString(),
    });
  if (old?.refresh && old.refreshUntil > clock.now()) {
    const reply = await ask({ grant_type: "refresh_token", refresh_token: old.refresh.reveal() });
    if (reply.status === 200) return readTokens(reply, url, clock);
  }
  const { name, secret, source } = credentials();
  const reply = await ask({ grant_type: "password", username: name, password: secret.reveal() });
  if (reply.status === 200) return readTokens(reply, url, clock);
  throw new ServiceError(
    publicAddress(url),
    `answered ${reply.status} to the login, credentials from ${source}`,
    reply.status,
  );
}

function readTokens(reply: HttpReply, url: string, clock: Clock): Tokens {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(replyText(reply));
  } catch {
    throw new ServiceError(publicAddress(url), "answered no JSON to the login", reply.status);
  }
  const { access_token: access, refresh_token: refresh } = fields;
  if (typeof access !== "string") {
    throw new ServiceError(publicAddress(url), "answered without access_token", reply.status);
  }
  const until = (seconds: unknown) => clock.now() + Number(seconds ?? 0) * 1000 - margin;
  return {
    access: new Secret(access),
    accessUntil: until(fields.expires_in),
    refresh: typeof refresh === "string" ? new Secret(refresh) : null,
    refreshUntil: until(fields.refresh_expires_in),
  };
}
