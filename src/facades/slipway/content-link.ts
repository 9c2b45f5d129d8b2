// Links to HTML that a step wrote. It is served on an origin of its own for each artifact, never on the dashboard's, and
// only to whoever has a link: the page itself is sandboxed, has no identity, and can ask nobody for another link.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { isJsonObject, type Clock, type Json } from '../../base/mod.ts';
import type { WebRequest } from '../../web/mod.ts';

export interface ContentLinkOptions {
  /** Content is served on `<label>.<domain>`. */
  readonly domain: string;
  /** New for every start of the server: links end with it. */
  readonly key: Uint8Array;
  readonly clock: Clock;
}

export interface ContentTicket {
  readonly artifactId: string;
  /** Of the page that may show it in a frame, for example http://localhost:8080. */
  readonly dashboardOrigin: string;
  readonly endsAtMs: number;
}

export type ContentLink = { readonly ok: true; readonly url: string } | { readonly ok: false; readonly why: string };

export interface ContentLinks {
  /** For the page that makes this request. `path` is a file of the artifact, '' for the artifact itself. */
  linkTo(artifactId: string, path: string, request: Pick<WebRequest, 'headers' | 'isTls'>): ContentLink;
  /** Undefined when the ticket was not made here, has ended, or belongs to another host. */
  readTicket(ticket: string, host: string | undefined): ContentTicket | undefined;
}

const LINK_MS_MAX = 12 * 3_600_000;
export const CONTENT_PATH = '/artifact';

export function createContentLinks({ domain, key, clock }: ContentLinkOptions): ContentLinks {
  const sign = (payload: string) => createHmac('sha256', key).update(payload).digest();
  return {
    linkTo(artifactId, path, { headers: { host = '' }, isTls }) {
      if (!isReachable(host, domain)) return { ok: false, why: `HTML is shown on a host of its own. Start Slipway with --content-domain, a domain whose names all lead to this server, to see it here.` };
      const scheme = isTls ? 'https' : 'http';
      const payload = Buffer.from(JSON.stringify([artifactId, `${scheme}://${host}`, clock.now() + LINK_MS_MAX])).toString('base64url');
      const ticket = `${payload}.${sign(payload).toString('base64url')}`;
      const inner = path.split('/').map(encodeURIComponent).join('/');
      return { ok: true, url: `${scheme}://${labelOf(artifactId)}.${domain}${portOf(host)}${CONTENT_PATH}/${ticket}/${inner}` };
    },
    readTicket(ticket, host) {
      const [payload = '', mac = ''] = ticket.split('.');
      const given = Buffer.from(mac, 'base64url');
      const right = sign(payload);
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      const read = parseTicket(Buffer.from(payload, 'base64url').toString());
      if (read === undefined || read.endsAtMs < clock.now()) return undefined;
      const isItsHost = host?.toLowerCase().replace(/:\d+$/, '') === `${labelOf(read.artifactId)}.${domain}`;
      return isItsHost ? read : undefined;
    },
  };
}

/** What was signed is ours, but its shape is checked all the same. */
function parseTicket(text: string): ContentTicket | undefined {
  const json: Json = JSON.parse(text) as Json; // JSON.parse gives JSON.
  if (!Array.isArray(json) || isJsonObject(json)) return undefined;
  const [artifactId, dashboardOrigin, endsAtMs] = json as Json[];
  const isWhole = typeof artifactId === 'string' && typeof dashboardOrigin === 'string' && typeof endsAtMs === 'number';
  return isWhole ? { artifactId, dashboardOrigin, endsAtMs } : undefined;
}

/** One host for each artifact, so that no two share storage; artifact ids are UUIDs. */
function labelOf(artifactId: string): string {
  return `artifact-${artifactId.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-').slice(0, 50)}`;
}

function portOf(host: string): string {
  return /:\d+$/.exec(host)?.[0] ?? '';
}

/** Names below localhost lead to the machine of the browser: only right when the server is there. */
function isReachable(host: string, domain: string): boolean {
  if (domain !== 'localhost') return true;
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}
