// Who is asking, from where: the Host check (DNS rebinding) and the Origin check (foreign pages driving a local server).
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

export type OriginVerdict = { readonly isAllowed: true } | { readonly isAllowed: false; readonly message: string };

const ALLOWED: OriginVerdict = { isAllowed: true };

export interface OriginOptions {
  /** Host names besides loopback that clients may use; without port. */
  readonly allowedHosts: readonly string[];
}

export function checkOrigin(headers: IncomingHttpHeaders, options: OriginOptions): OriginVerdict {
  const host = hostNameOf(headers.host);
  if (host === undefined) return { isAllowed: false, message: 'the request has no valid Host header' };
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
  if (headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') {
    return { isAllowed: false, message: 'requests from pages of another site are refused' };
  }
  return ALLOWED;
}

/** Lower-case name or address without port and brackets; undefined when it can't be one. */
function hostNameOf(header: string | undefined): string | undefined {
  if (header === undefined || !URL.canParse(`http://${header}`)) return undefined;
  const url = new URL(`http://${header}`);
  if (url.username !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '') return undefined;
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

/** Addresses are safe: a rebinding attack needs a name. */
function isKnownHost(host: string, options: OriginOptions): boolean {
  return isIP(host) !== 0 || host === 'localhost' || host.endsWith('.localhost') || options.allowedHosts.includes(host);
}

function isSameOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
