// Who is asking, from where: the Host check (DNS rebinding) and the Origin check (foreign pages driving a local server).
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** `own`: dashboard, API and inference. `content`: what users wrote. No route of one answers on a host of the other. */
export type HostClass = 'own' | 'content';

export type OriginVerdict = { readonly isAllowed: true; readonly hostClass: HostClass } | { readonly isAllowed: false; readonly message: string };

export interface OriginOptions {
  /** Host names besides loopback that clients may use; without port. */
  readonly allowedHosts: readonly string[];
  /** Every name below it is a content host. */
  readonly contentDomain: string;
}

/** Names below localhost stay content hosts when another domain is configured. */
const LOCAL_DOMAIN = 'localhost';

export function checkOrigin(headers: IncomingHttpHeaders, options: OriginOptions): OriginVerdict {
  const host = hostNameOf(headers.host);
  if (host === undefined) return { isAllowed: false, message: 'the request has no valid Host header' };
  // Pages on content hosts are sandboxed: they have no origin of their own, so every request that they make is a foreign one.
  // The ticket in its path is what opens it.
  if (isContentHost(host, options)) return { isAllowed: true, hostClass: 'content' };
  if (!isKnownHost(host, options)) {
    return {
      isAllowed: false,
      message: `the host ${host} is not one that this server answers for; use localhost, or start with --allowed-hosts ${host}`,
    };
  }
  const origin = headers.origin;
  if (origin !== undefined && !isSameOrigin(origin, headers.host!)) {
    return { isAllowed: false, message: `requests from pages of ${origin} are refused` };
  }
  if (isOfAnotherPage(headers)) return { isAllowed: false, message: 'requests from pages of another site are refused' };
  return { isAllowed: true, hostClass: 'own' };
}

/** Headers whose names are known: clients repeat themselves. */
const hostNames = new Map<string, string | undefined>();
const HOST_NAME_COUNT_MAX = 100;

function hostNameOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (hostNames.has(header)) return hostNames.get(header);
  const name = readHostName(header);
  if (hostNames.size >= HOST_NAME_COUNT_MAX) hostNames.clear();
  hostNames.set(header, name);
  return name;
}

/** Lower-case name or address without port and brackets; undefined when it can't be one. */
function readHostName(header: string): string | undefined {
  if (!URL.canParse(`http://${header}`)) return undefined;
  const url = new URL(`http://${header}`);
  if (url.username !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '') return undefined;
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

function isContentHost(host: string, { contentDomain, allowedHosts }: OriginOptions): boolean {
  return [contentDomain, LOCAL_DOMAIN].some((domain) => host.endsWith(`.${domain}`)) && !allowedHosts.includes(host);
}

/** Addresses are safe: a rebinding attack needs a name. */
function isKnownHost(host: string, options: OriginOptions): boolean {
  return isIP(host) !== 0 || host === LOCAL_DOMAIN || options.allowedHosts.includes(host);
}

/**
 * What other servers of this machine serve is of the same site (localhost), and not ours all the same: an image or a script that its
 * page asks for comes without an Origin. Whoever follows a link comes from anywhere.
 */
function isOfAnotherPage({ 'sec-fetch-site': site, 'sec-fetch-mode': mode }: IncomingHttpHeaders): boolean {
  return site !== undefined && site !== 'same-origin' && site !== 'none' && mode !== 'navigate';
}

function isSameOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
