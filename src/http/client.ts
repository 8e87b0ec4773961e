import { ServiceError, UsageError } from "../errors.js";
import type { Random } from "../random.js";
import { type TokenService, withBearer } from "./bearer.js";
import { type Clock, systemClock } from "./clock.js";
import {
  type CredentialPlaces,
  type Credentials,
  dataSpaceAccount,
  dataSpaceKeys,
  findCredentials,
  keyFileVariable,
} from "./credentials.js";
import { type HttpFetch, publicAddress } from "./http.js";
import { rangeFault } from "./range.js";
import { type RateLimit, withRateLimit } from "./rateLimit.js";
import { transientFault, withRetry } from "./retry.js";
import { type ObjectStore, withS3 } from "./s3.js";
import { type SignatureService, withSignature } from "./signature.js";
import { createTransport } from "./transport.js";

/** What a client is made of; everything but the generator has a default. */
export interface ClientOptions {
  /** Spreads the waits between attempts. */
  readonly random: Random;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  readonly transport?: HttpFetch;
  /** Clients that work side by side and share what a host is spared (1). */
  readonly sharers?: number;
}

/** The ways to the services that the package knows, and to any other address. */
export interface HttpClient {
  /** Reads image data: signed or with a token where the host asks for it, repeated on any transient failure and any wrong answer to a range. */
  readonly data: HttpFetch;
  /**
   * Asks a catalogue: throttling (429, 403) and broken connections are waited out, other server
   * errors are handed back, since a smaller page may help.
   */
  readonly catalogue: HttpFetch;
}

const blobHost = /^sentinel2l2a\d*\.blob\.core\.windows\.net$/;
const dataSpaceHost = /^(zipper|download)\.dataspace\.copernicus\.eu$/;

const planetaryComputer: SignatureService = {
  tokenUrl: (account, container) =>
    `https://planetarycomputer.microsoft.com/api/sas/v1/token/${account}/${container}`,
};

/** Limits that services state or were seen to enforce; others are treated with moderation. */
const limits: readonly (readonly [host: RegExp, limit: RateLimit])[] = [
  [/^stac\.dataspace\.copernicus\.eu$/, { connections: 2, perSecond: 4 }],
  [/\.dataspace\.copernicus\.eu$/, { connections: 4, perSecond: 30 }],
  [/^(earth-search|planetarycomputer)\./, { connections: 2, perSecond: 5 }],
];
const otherLimit: RateLimit = { connections: 8, perSecond: 500 };

/** Makes the client of a process; rate limits and tokens are shared by all its requests. */
export function createHttpClient(options: ClientOptions): HttpClient {
  const { random, env = process.env, clock = systemClock, sharers = 1 } = options;
  const limited = withRateLimit(
    options.transport ?? createTransport(),
    (host) => shareOf(limits.find(([pattern]) => pattern.test(host))?.[1] ?? otherLimit, sharers),
    clock,
  );
  const plain = withRetry(limited, {
    random: random.split("data"),
    clock,
    faultOf: (reply, request) => transientFault(reply, request) ?? rangeFault(reply, request),
  });
  const account: TokenService = {
    url: "https://identity.dataspace.copernicus.eu/auth/realms/CDSE/protocol/openid-connect/token",
    client: "cdse-public",
    credentials: () => needed(dataSpaceAccount, env),
  };
  const store: ObjectStore = {
    endpoint: "https://eodata.dataspace.copernicus.eu",
    region: "default",
    credentials: () => needed(dataSpaceKeys, env),
  };
  const blobs = withSignature(plain, planetaryComputer, clock);
  const downloads = withBearer(plain, account, clock);
  const objects = withS3(plain, store, clock);
  return {
    data: async (request, context) => {
      const { protocol, hostname } = address(request.url);
      if (protocol === "s3:" && hostname === "eodata") return objects(request, context);
      if (protocol === "s3:") {
        const problem =
          "an object store that the package has no keys for, expected https or eodata";
        throw new ServiceError(publicAddress(request.url), problem);
      }
      if (blobHost.test(hostname)) return blobs(request, context);
      return (dataSpaceHost.test(hostname) ? downloads : plain)(request, context);
    },
    catalogue: withRetry(limited, {
      random: random.split("catalogue"),
      clock,
      faultOf: (reply, request) => {
        if (reply.status >= 500) return null;
        return reply.status === 403 ? "answered 403" : transientFault(reply, request);
      },
    }),
  };
}

/** One client's part of a limit; each has at least one connection. */
function shareOf({ connections, perSecond }: RateLimit, sharers: number): RateLimit {
  return {
    connections: Math.max(1, Math.floor(connections / sharers)),
    perSecond: perSecond / sharers,
  };
}

function address(url: string): URL {
  if (URL.canParse(url)) return new URL(url);
  throw new UsageError("address", `${publicAddress(url)} is not an address`);
}

function needed(
  places: CredentialPlaces,
  env: Readonly<Record<string, string | undefined>>,
): Credentials {
  const found = findCredentials(places, env);
  if (found) return found;
  const problem = `no credentials: expected ${places.variables.join(" and ")} in the environment, ${places.machine} in .netrc, or group ${places.key} in the file that ${keyFileVariable} names`;
  throw new ServiceError(`https://${places.machine}`, problem);
}
