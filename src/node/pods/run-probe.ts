// One check of a probe: a command in the container, an HTTP request, a connection, a gRPC health check.
import { request as requestHttp, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { connect as connectTls } from 'node:tls';
import { describeError, Failure, type Clock, type ContainerSession } from '../../base/mod.ts';
import { dialDirectly, type DialOptions } from '../network/dial.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { checkHealth } from './grpc-health.ts';
import type { ProbeCheck, ProbeSpec } from './probe-spec.ts';

/** An Event has room for twice as much. */
const OUTPUT_CHARS_MAX = 512;

export interface ProbeTarget {
  readonly runtime: Runtime;
  /** The runtime's name of the running container. */
  readonly containerId: string;
  /** Connects to a port of the Pod. */
  readonly dial: (port: number, options: DialOptions) => Promise<Socket>;
  readonly clock: Clock;
}

/** Undefined when it is well, else a sentence. Takes no longer than the probe's timeout; what is open then is closed. */
export async function runProbe(probe: ProbeSpec, target: ProbeTarget, signal: AbortSignal): Promise<string | undefined> {
  const timeout = new AbortController();
  const late = new Failure('ProbeTimeout', `no answer within ${probe.timeoutMs / 1000} s`);
  const cancel = target.clock.schedule(probe.timeoutMs, () => timeout.abort(late));
  try {
    await runCheck(probe.check, target, AbortSignal.any([signal, timeout.signal]));
    return undefined;
  } catch (error) {
    return timeout.signal.aborted ? late.message : describeError(error);
  } finally {
    cancel();
  }
}

/** Throws when it does not go well. */
export async function runCheck(wanted: ProbeCheck, target: ProbeTarget, signal: AbortSignal): Promise<void> {
  switch (wanted.kind) {
    case 'exec':
      return runCommand(wanted.command, target, signal);
    case 'http':
      return fetchStatus(wanted, target, signal);
    case 'tcp':
      return void (await reach(wanted, target, signal)).destroy();
    case 'grpc':
      return checkHealth(await reach(wanted, target, signal), wanted.service, signal);
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

async function fetchStatus(wanted: Extract<ProbeCheck, { kind: 'http' }>, target: ProbeTarget, signal: AbortSignal): Promise<void> {
  const { port, path, headers, isTls } = wanted;
  const socket = await reach(wanted, target, signal);
  const connection = isTls ? connectTls({ socket, rejectUnauthorized: false }) : socket;
  const { pathname, search } = new URL(`http://localhost${path}`); // escaped
  const options = { host: wanted.host ?? 'localhost', port, path: `${pathname}${search}`, headers: { 'user-agent': 'kube-probe/1.32', ...headers }, createConnection: () => connection, signal };
  return new Promise<void>((resolve, reject) => {
    const onResponse = (response: IncomingMessage) => {
      const { statusCode = 0 } = response;
      response.destroy();
      if (statusCode >= 200 && statusCode < 400) resolve();
      else reject(new Failure('ProbeFailed', `HTTP probe failed with statuscode: ${statusCode}`));
    };
    requestHttp(options, onResponse).on('error', reject).end();
  }).finally(() => connection.destroy());
}

/** A probe that names a host means one of the machine's network, else a port of the Pod. */
function reach({ host, port }: { readonly host?: string; readonly port: number }, { dial }: ProbeTarget, signal: AbortSignal): Promise<Socket> {
  return host === undefined ? dial(port, { signal }) : dialDirectly(host, port, { signal });
}
