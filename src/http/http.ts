/** A request to a service. */
export interface HttpRequest {
  readonly url: string;
  /** GET by default. */
  readonly method?: "GET" | "HEAD" | "POST" | "DELETE";
  /** Header names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A complete answer, whatever its status. */
export interface HttpReply {
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What may accompany a request. */
export interface FetchOptions {
  readonly signal?: AbortSignal;
}

/**
 * The one way to the network. The bare form is `createTransport`; `withRetry`, `withRateLimit`,
 * `withBearer`, `withSignature` and `withS3` each take such a function and give one.
 */
export type HttpFetch = (request: HttpRequest, options?: FetchOptions) => Promise<HttpReply>;

/** Whether a path is the address of a file on the network. */
export function isRemote(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(path);
}

/** An address as messages may show it: without user, query and fragment, where secrets live. */
export function publicAddress(url: string): string {
  if (!URL.canParse(url)) return url.split(/[?#]/, 1)[0]!.replace(/\/\/[^/]*@/, "//");
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** The body of a reply as text. */
export function replyText({ body }: HttpReply): string {
  return new TextDecoder().decode(body);
}
