import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the server saw it. */
export interface Seen {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Answers a request, or leaves it to the next handler by returning false. */
export type Handler = (
  seen: Seen,
  reply: ServerResponse,
) => boolean | undefined | Promise<boolean | undefined>;

/** A server on the loopback interface. */
export interface Loopback {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** Every request in order. */
  readonly seen: Seen[];
  /** Puts handlers before all others; the first that does not return false answers. */
  answer(...handlers: Handler[]): void;
  close(): Promise<void>;
}

/** Starts a server; requests that no handler takes are answered 404. */
export async function startLoopback(...first: Handler[]): Promise<Loopback> {
  const handlers = [...first];
  const seen: Seen[] = [];
  const server: Server = createServer(async (request, reply) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const entry = {
      method: request.method!,
      url: request.url!,
      headers: request.headers,
      body: Buffer.concat(parts).toString(),
    };
    seen.push(entry);
    for (const handler of handlers) {
      if ((await handler(entry, reply)) !== false) return;
    }
    reply.writeHead(404).end("not here");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answer: (...more) => void handlers.unshift(...more),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Lets a handler answer so many requests and passes the rest on. */
export function times(count: number, handler: Handler): Handler {
  let left = count;
  return (seen, reply) => {
    if (left === 0) return false;
    left--;
    return handler(seen, reply);
  };
}

/** A handler for paths that match. */
export function at(path: RegExp, handler: Handler): Handler {
  return (seen, reply) => (path.test(seen.url) ? handler(seen, reply) : false);
}

/** Answers with a status, headers and a body. */
export function status(
  code: number,
  headers: Readonly<Record<string, string>> = {},
  body = "",
): Handler {
  return (_, reply) => {
    reply.writeHead(code, headers).end(body);
    return true;
  };
}

/** Serves bytes with ranges and an ETag, as object stores do. */
export function bytes(content: () => Uint8Array, etag = '"1"'): Handler {
  return ({ headers, method }, reply) => {
    const all = content();
    const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? "");
    if (!range) {
      reply.writeHead(200, { etag, "content-length": all.length, "accept-ranges": "bytes" });
      reply.end(method === "HEAD" ? undefined : all);
      return true;
    }
    const from = Number(range[1]);
    const to = Math.min(range[2] ? Number(range[2]) : all.length - 1, all.length - 1);
    if (from > to) {
      reply.writeHead(416, { "content-range": `bytes */${all.length}` }).end();
      return true;
    }
    const part = all.subarray(from, to + 1);
    reply.writeHead(206, {
      etag,
      "content-length": part.length,
      "content-range": `bytes ${from}-${to}/${all.length}`,
    });
    reply.end(part);
    return true;
  };
}

/** Faults that a byte server can have; each answers in place of the right bytes. */
export const byteFaults = {
  /** States more bytes than it sends and closes the connection. */
  truncated: (right: Handler): Handler => cut(right, (body) => body.subarray(0, body.length >> 1)),
  /** Sends a range of another length than asked for, consistent in itself. */
  wrongLength:
    (content: () => Uint8Array): Handler =>
    ({ headers }, reply) => {
      const from = Number(/^bytes=(\d+)-/.exec(headers.range ?? "")?.[1] ?? 0);
      const part = content().subarray(from, from + 7);
      reply.writeHead(206, {
        etag: '"1"',
        "content-length": part.length,
        "content-range": `bytes ${from}-${from + part.length - 1}/${content().length}`,
      });
      reply.end(part);
      return true;
    },
  /** Opens the reply and never goes on. */
  stalled: (): Handler => (_, reply) => {
    reply.writeHead(206, { "content-length": "1000", etag: '"1"' });
    reply.flushHeaders();
    return true;
  },
  /** A page of a proxy instead of the bytes, with status 200. */
  htmlPage: (): Handler =>
    status(200, { "content-type": "text/html" }, "<html><body>Gateway error</body></html>"),
};

function cut(right: Handler, part: (body: Buffer) => Buffer): Handler {
  return (seen, reply) => {
    const end = reply.end.bind(reply);
    reply.end = ((body: Buffer) => {
      const kept = part(Buffer.from(body));
      reply.write(kept, () => reply.socket?.destroy());
      return reply;
    }) as typeof end;
    return right(seen, reply);
  };
}
