// The one client for HTTP calls that leave this process. Each call has a purpose, each purpose a policy: how long, how large,
// to which addresses. Never follows a redirect, never uses a proxy, never sends what the caller did not name.
import { lookup as lookupAddress, type LookupAddress, type LookupAllOptions } from 'node:dns';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { describeError, Failure, type Clock } from '../base/mod.ts';

const MIB = 1024 * 1024;

interface OutboundPolicy {
  readonly timeoutMsMax: number;
  readonly requestBytesMax: number;
  readonly responseBytesMax: number;
}

/** What this process calls others for. TLS only; every address but those of `NEVER_CALLED`. */
const POLICIES = {
  // An object has at most 1.5 MiB, a review two of them; a patch may replace the whole. Kubernetes: at most 30 s.
  'admission webhook': { timeoutMsMax: 30_000, requestBytesMax: 8 * MIB, responseBytesMax: 4 * MIB },
  'conversion webhook': { timeoutMsMax: 30_000, requestBytesMax: 32 * MIB, responseBytesMax: 32 * MIB },
} as const satisfies Readonly<Record<string, OutboundPolicy>>;

export type OutboundPurpose = keyof typeof POLICIES;

export interface OutboundCall {
  /** https. */
  readonly url: URL;
  /** The address that is called instead of the one that the name of the URL has; the name is still what the certificate must show.
   *  `connect` opens the connection where this process may not be able to; undefined: it is. Throws Failure. */
  readonly address?: { readonly host: string; readonly port: number; readonly connect?: () => Promise<Duplex | undefined> };
  readonly body: string;
  /** PEM; default: the authorities of the machine. */
  readonly caBundle?: string;
  readonly timeoutMs: number;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export interface OutboundClient {
  /**
   * Sends JSON. Redirects are answers like others. Throws Failure `OutboundRefused` (the policy forbids the call), `OutboundTimeout`,
   * `OutboundTooLarge`, `OutboundFailed` (connection, TLS); an abort rejects with the signal's reason and closes the connection.
   */
  post(purpose: OutboundPurpose, call: OutboundCall, options?: { readonly signal?: AbortSignal }): Promise<OutboundAnswer>;
}

type LookUp = (host: string, options: LookupAllOptions, callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;

/** `lookUp`: as the machine resolves names; tests give their own. */
export function createOutboundClient({ clock, lookUp = lookupAddress }: { readonly clock: Clock; readonly lookUp?: LookUp }): OutboundClient {
  const lookupAllowed = allowedOf(lookUp);
  // No connection outlives its call; the sessions of TLS are resumed.
  const agent = new Agent({ keepAlive: false });
  return {
    async post(purpose, call, { signal } = {}) {
      const policy = POLICIES[purpose];
      signal?.throwIfAborted();
      refuseCall(purpose, call);
      const timeoutMs = Math.min(call.timeoutMs, policy.timeoutMsMax);
      const deadline = new AbortController();
      const cancel = clock.schedule(timeoutMs, () => deadline.abort());
      try {
        return await exchange({ agent, lookup: lookupAllowed }, call, policy, signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, signal]));
      } catch (error) {
        signal?.throwIfAborted();
        if (deadline.signal.aborted) throw new Failure('OutboundTimeout', `no answer within ${timeoutMs / 1000} s`, { cause: error });
        throw error instanceof Failure ? error : new Failure('OutboundFailed', describeError(error), { cause: error });
      } finally {
        cancel();
      }
    },
  };
}

function refuseCall(purpose: OutboundPurpose, { url, address, body }: OutboundCall): void {
  const sizeBytes = Buffer.byteLength(body);
  const { requestBytesMax } = POLICIES[purpose];
  if (url.protocol !== 'https:') throw new Failure('OutboundRefused', `a ${purpose} is called over https, not ${url.protocol.slice(0, -1)}`);
  if (sizeBytes > requestBytesMax) throw new Failure('OutboundTooLarge', `the request has ${sizeBytes} bytes; a ${purpose} is sent at most ${requestBytesMax}`);
  // Addresses that stand in the URL are not looked up, so they are checked here.
  const host = address?.host ?? url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) refuseAddress(host);
}

async function exchange({ agent, lookup }: { readonly agent: Agent; readonly lookup: LookupFunction }, { url, address, body, caBundle }: OutboundCall, policy: OutboundPolicy, signal: AbortSignal): Promise<OutboundAnswer> {
  const serverName = url.hostname.replace(/^\[|\]$/g, '');
  const tls = { ...(isIP(serverName) === 0 ? { servername: serverName } : {}), ...(caBundle === undefined ? {} : { ca: caBundle }) };
  const socket = await address?.connect?.();
  const options: RequestOptions = {
    ...(socket === undefined ? { agent } : { createConnection: () => connectTls({ ...tls, socket, host: serverName }) }),
    method: 'POST',
    host: address?.host ?? serverName,
    port: address?.port ?? (url.port === '' ? 443 : Number(url.port)),
    path: url.pathname + url.search,
    ...tls,
    headers: { host: url.host, accept: 'application/json', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    lookup,
    signal,
  };
  return new Promise((resolve, reject) => {
    const request = httpsRequest(options, (response) => {
      readAnswer(response, policy.responseBytesMax).then(resolve, (error: unknown) => {
        request.destroy();
        reject(error as Error);
      });
    });
    request.once('error', reject);
    request.end(body);
  });
}

async function readAnswer(response: IncomingMessage, bytesMax: number): Promise<OutboundAnswer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > bytesMax) throw new Failure('OutboundTooLarge', `the answer has more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks) };
}

/** Looked up and checked in one, so that a name can't be answered twice differently. */
function allowedOf(lookUp: LookUp): LookupFunction {
  return (host, options, callback) => {
    lookUp(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      try {
        for (const { address } of addresses) refuseAddress(address);
      } catch (refusal) {
        return callback(refusal as Error, []);
      }
      const [first] = addresses;
      if (options.all === true) callback(null, addresses);
      else callback(null, first!.address, first!.family);
    });
  };
}

/** Link-local addresses are where clouds hand out the credentials of a machine; the others name no server. */
const NEVER_CALLED = new BlockList();
NEVER_CALLED.addSubnet('169.254.0.0', 16, 'ipv4');
NEVER_CALLED.addSubnet('0.0.0.0', 8, 'ipv4');
NEVER_CALLED.addSubnet('224.0.0.0', 3, 'ipv4');
NEVER_CALLED.addSubnet('fe80::', 10, 'ipv6');
NEVER_CALLED.addSubnet('ff00::', 8, 'ipv6');
NEVER_CALLED.addAddress('::', 'ipv6');
NEVER_CALLED.addAddress('fd00:ec2::254', 'ipv6');
// Ways by which an IPv6 address leads to an IPv4 one, as far as Node does not see through them: translation (RFC 6052), 6to4 (RFC 3056).
NEVER_CALLED.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
NEVER_CALLED.addSubnet('64:ff9b::', 104, 'ipv6');
NEVER_CALLED.addSubnet('64:ff9b::e000:0', 99, 'ipv6');
NEVER_CALLED.addSubnet('2002:a9fe::', 32, 'ipv6');
NEVER_CALLED.addSubnet('2002:e000::', 19, 'ipv6');

function refuseAddress(address: string): void {
  if (NEVER_CALLED.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) {
    throw new Failure('OutboundRefused', `${address} is not called: it is a link-local, multicast or unspecified address`);
  }
}
