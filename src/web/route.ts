// What an HTTP route is: method, path, who may call it, how large its body may be.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';

export interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
  /** Of the account, when it is an object that can be deleted and made again. */
  readonly uid?: string;
  /** Further facts, as `extra` of Kubernetes' user information. */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** How a route decides who may call it. `handler` means the room checks itself and says why. */
export type RouteAuthorization =
  | { readonly kind: 'public'; readonly why: string }
  | { readonly kind: 'user' }
  | { readonly kind: 'handler'; readonly why: string };

/** Origin classes of the Host check. */
export type RouteOrigin = 'dashboard' | 'api' | 'content' | 'inference';

export interface WebRequest {
  readonly method: string;
  /** Path without query, still percent-encoded. */
  readonly path: string;
  /** Decoded path parameters by name; a trailing `*` is under the name '*'. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The same as it was sent: '' or with a question mark at its beginning. */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  readonly identity: Identity;
  readonly isTls: boolean;
  /** The client asks to speak another protocol on this connection (WebSocket, SPDY); see `WebResponse.takeOver`. */
  readonly isUpgrade: boolean;
  /** The raw body; read it at most once, either way. */
  readonly stream: Readable;
  /** Whole body; throws Failure `BodyTooLarge` above the route's limit. */
  body(): Promise<Buffer>;
  /** Aborted when the client went away or the server stops. */
  readonly signal: AbortSignal;
}

/** The bare connection of a request that asks for another protocol. */
export interface UpgradeConnection {
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  /** What the client sent after the head of its request. */
  readonly head: Buffer;
}

export interface WebResponse {
  readonly status: number;
  /**
   * With status 101, for requests with `isUpgrade` only: takes the connection, writes the head of the answer itself and speaks
   * what was agreed. Route and authorization are those of any other request: nobody gets here who was refused. The socket is
   * destroyed when the server stops.
   */
  readonly takeOver?: (connection: UpgradeConnection) => void;
  readonly headers?: Readonly<Record<string, string>>;
  /** An iterable is streamed with flushed headers; the response ends when it ends. */
  readonly body?: string | Uint8Array | AsyncIterable<string | Uint8Array>;
  /** A streamed body that goes on for long: who asks for a WebSocket gets its chunks as messages. Browsers allow six other requests to a server at a time. */
  readonly isLive?: boolean;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | '*';
  /**
   * Segments separated by '/': literal, `{name}` (one segment), `{name}:verb` (one segment with a literal suffix), or a
   * last `*` (the rest). The most literal route wins.
   */
  readonly path: string;
  readonly origin: RouteOrigin;
  readonly authorization: RouteAuthorization;
  readonly bodyBytesMax: number;
  handle(request: WebRequest): Promise<WebResponse>;
}
