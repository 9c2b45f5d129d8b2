// Headers of requests and answers that go through the proxy of the API server. Pure.
import type { IncomingHttpHeaders } from 'node:http';

/** RFC 9110, 7.6.1: about one connection. */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
/** Who asks is nobody's business behind the proxy; of a host, cookies are those of all its ports. */
const NEVER_SENT = new Set([...OF_THE_CONNECTION, 'authorization', 'cookie', 'expect']);
/** What speaks for the whole origin, which is that of the API. */
const NEVER_ANSWERED = new Set([...OF_THE_CONNECTION, 'set-cookie', 'strict-transport-security', 'clear-site-data', 'alt-svc', 'service-worker-allowed']);
/** A page from a Pod gets an origin of its own, which the API refuses. */
const SANDBOX = 'sandbox allow-scripts allow-forms allow-popups allow-downloads';

export type ProxiedHeaders = Readonly<Record<string, string>>;

/** `uri`: how the client named what it wants. */
export function requestHeaders(headers: IncomingHttpHeaders, uri: string): ProxiedHeaders {
  const sent = entriesOf(headers).filter(([name]) => !NEVER_SENT.has(name) && !name.startsWith('impersonate-') && !named(headers).has(name));
  return { ...Object.fromEntries(sent), 'x-forwarded-uri': uri };
}

export interface ProxiedFrom {
  /** The path of the proxy, up to the word `proxy`. */
  readonly base: string;
  /** The Host header that the client sent. */
  readonly host: string;
  /** Address and port of the Pod. */
  readonly podHost: string;
}

export function answerHeaders(headers: IncomingHttpHeaders, from: ProxiedFrom): ProxiedHeaders {
  const told = entriesOf(headers).filter(([name]) => !NEVER_ANSWERED.has(name) && !named(headers).has(name));
  const { location, 'content-security-policy': policy, ...rest } = Object.fromEntries(told);
  return {
    ...rest,
    ...(location === undefined ? {} : { location: rewriteLocation(location, from) }),
    'content-security-policy': policy === undefined ? SANDBOX : `${SANDBOX}, ${policy}`,
  };
}

/** A redirect to the same server stays behind the proxy; relative ones do so by themselves, and those to others are not ours. */
export function rewriteLocation(location: string, { base, host, podHost }: ProxiedFrom): string {
  if (!/^(?:https?:)?\//i.test(location)) return location;
  const url = URL.parse(location, `http://${podHost}`);
  if (url === null || ![host.toLowerCase(), podHost].includes(url.host)) return location;
  const path = url.pathname + url.search + url.hash;
  return path === base || path.startsWith(`${base}/`) ? path : base + path;
}

/** Headers that the header Connection declares to be its own. */
function named({ connection = '' }: IncomingHttpHeaders): ReadonlySet<string> {
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}

function entriesOf(headers: IncomingHttpHeaders): readonly (readonly [string, string])[] {
  return Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')] as const]));
}
