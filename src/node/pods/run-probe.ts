// One check of a probe: a command in the container, an HTTP request, a connection, a gRPC health check.
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { connect as connectTls } from 'node:tls';
import { describeError, Failure, type Clock, type ContainerSession } from '../../base/mod.ts';
import { dialDirectly, type DialOptions } from '../network/dial.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { checkHealth } from './grpc-health.ts';
import type { ProbeCheck, ProbeSpec } from './probe-spec.ts';

/** An Event has room for twice as much. */
const OUTPUT_CHARS_MAX = 512;
const REDIRECTS_MAX = 10;
const HTTP_PORT = 80;
const HTTPS_PORT = 443;

export interface ProbeTarget {
  readonly runtime: Runtime;
  /** The runtime's name of the running container. */
  readonly containerId: string;
  /** Connects to a port of the Pod. */
  readonly dial: (port: number, options: DialOptions) => Promise<Socket>;
  readonly clock: Clock;
}

export interface ProbeOutcome {
  /** Why it is not well; undefined when it is. */
  readonly problem?: string;
  /** It is well, but for this. */
  readonly warning?: string;
}

/** Takes no longer than the probe's timeout; what is open then is closed. */
export async function runProbe(probe: ProbeSpec, target: ProbeTarget, signal: AbortSignal): Promise<ProbeOutcome> {
  const timeout = new AbortController();
  const late = new Failure('ProbeTimeout', `no answer within ${probe.timeoutMs / 1000} s`);
  const cancel = target.clock.schedule(probe.timeoutMs, () => timeout.abort(late));
  try {
    const warning = await runCheck(probe.check, target, AbortSignal.any([signal, timeout.signal]));
    return warning === undefined ? {} : { warning };
  } catch (error) {
    return { problem: timeout.signal.aborted ? late.message : describeError(error) };
  } finally {
    cancel();
  }
}

/** Throws when it does not go well; resolves with a warning, if any. */
export async function runCheck(wanted: ProbeCheck, target: ProbeTarget, signal: AbortSignal): Promise<string | undefined> {
  switch (wanted.kind) {
    case 'exec':
      await runCommand(wanted.command, target, signal);
      return undefined;
    case 'http':
      return request(wanted, target, signal);
    case 'tcp':
      (await reach(wanted, target, signal)).destroy();
      return undefined;
    case 'grpc':
      await checkHealth(await reach(wanted, target, signal), wanted.service, signal);
      return undefined;
  }
}

/** What the command said goes along: it ends up in an Event. */
async function runCommand(command: readonly string[], { runtime, containerId }: ProbeTarget, signal: AbortSignal): Promise<void> {
  const session = await runtime.openSession(containerId, { command, tty: false, hasStdin: false });
  const close = () => session.close();
  signal.addEventListener('abort', close, { once: true });
  // It may have come while the session was opened.
  if (signal.aborted) close();
  try {
    const said = listen(session);
    const end = await session.ended;
    if (end.kind === 'failed') throw new Failure('ProbeFailed', end.message);
    if (end.code === 0) return;
    const output = (await said).trim();
    throw new Failure('ProbeFailed', `the command ended with exit code ${end.code}${output === '' ? '' : `: ${output}`}`);
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

/** The beginning of both outputs, once they are at their end. */
async function listen({ stdout, stderr }: ContainerSession): Promise<string> {
  let said = '';
  const ends = [stdout, stderr].map(async (stream) => {
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < OUTPUT_CHARS_MAX) said = (said + text).slice(0, OUTPUT_CHARS_MAX);
    });
    await finished(stream).catch(() => undefined); // it was given up: what came counts
  });
  await Promise.all(ends);
  return said;
}

type HttpCheck = Extract<ProbeCheck, { kind: 'http' }>;

/** Follows redirects as the kubelet does: those to the same host, as long as there are not too many. */
async function request(wanted: HttpCheck, target: ProbeTarget, signal: AbortSignal): Promise<string | undefined> {
  const hostname = wanted.host ?? 'localhost';
  let url = new URL(`${wanted.isTls ? 'https' : 'http'}://${isIPv6(hostname) ? `[${hostname}]` : hostname}:${wanted.port}${wanted.path}`); // escaped
  const home = url.hostname;
  for (let redirectCount = 0; redirectCount <= REDIRECTS_MAX; redirectCount++) {
    const { status, location } = await fetchHead(url, wanted, target, signal);
    if (status < 200 || status >= 400) throw new Failure('HttpStatus', `HTTP probe failed with statuscode: ${status}`);
    const next = status >= 300 && location !== undefined && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    if (next === undefined) return undefined;
    if (next.hostname !== home || !['http:', 'https:'].includes(next.protocol)) break;
    url = next;
  }
  return 'Probe terminated redirects';
}

async function fetchHead(url: URL, { host, headers }: HttpCheck, target: ProbeTarget, signal: AbortSignal): Promise<{ readonly status: number; readonly location: string | undefined }> {
  const isTls = url.protocol === 'https:';
  const port = url.port === '' ? (isTls ? HTTPS_PORT : HTTP_PORT) : Number(url.port);
  const socket = await reach({ port, ...(host === undefined ? {} : { host }) }, target, signal);
  const connection = isTls ? connectTls({ socket, rejectUnauthorized: false }) : socket;
  const options = { host: url.hostname, port, path: `${url.pathname}${url.search}`, headers: { 'user-agent': 'kube-probe/1.32', accept: '*/*', ...headers }, createConnection: () => connection, signal };
  return new Promise<{ readonly status: number; readonly location: string | undefined }>((resolve, reject) => {
    const onResponse = (response: IncomingMessage) => {
      response.destroy();
      resolve({ status: response.statusCode ?? 0, location: response.headers.location });
    };
    requestHttp(options, onResponse).on('error', reject).end();
  }).finally(() => connection.destroy());
}

/** A probe that names a host means one of the machine's network, else a port of the Pod. */
function reach({ host, port }: { readonly host?: string; readonly port: number }, { dial }: ProbeTarget, signal: AbortSignal): Promise<Socket> {
  return host === undefined ? dial(port, { signal }) : dialDirectly(host, port, { signal });
}
