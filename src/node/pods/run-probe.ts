// One check of a probe: a command in the container, an HTTP request, a connection, a gRPC health check.
import { request as requestHttp, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describeError, Failure, type Clock } from '../../base/mod.ts';
import { dialDirectly, type DialOptions } from '../network/dial.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { checkHealth } from './grpc-health.ts';
import type { ProbeCheck, ProbeSpec } from './probe-spec.ts';

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

async function runCommand(command: readonly string[], { runtime, containerId }: ProbeTarget, signal: AbortSignal): Promise<void> {
  const session = await runtime.openSession(containerId, { command, tty: false, hasStdin: false });
  const close = () => session.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    session.stdout.resume();
    session.stderr.resume();
    const end = await session.ended;
    if (end.kind === 'failed') throw new Failure('ProbeFailed', end.message);
    if (end.code !== 0) throw new Failure('ProbeFailed', `the command ended with exit code ${end.code}`);
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

async function fetchStatus(wanted: Extract<ProbeCheck, { kind: 'http' }>, target: ProbeTarget, signal: AbortSignal): Promise<void> {
  const { port, path, headers, isTls } = wanted;
  const socket = await reach(wanted, target, signal);
  const connection = isTls ? connectTls({ socket, rejectUnauthorized: false }) : socket;
  const options = { host: wanted.host ?? 'localhost', port, path, headers: { 'user-agent': 'kube-probe/1.32', ...headers }, createConnection: () => connection, signal };
  return new Promise((resolve, reject) => {
    const onResponse = (response: IncomingMessage) => {
      const { statusCode = 0 } = response;
      response.destroy();
      if (statusCode >= 200 && statusCode < 400) resolve();
      else reject(new Failure('ProbeFailed', `HTTP probe failed with statuscode: ${statusCode}`));
    };
    requestHttp(options, onResponse).on('error', reject).end();
  });
}

/** A probe that names a host means one of the machine's network, else a port of the Pod. */
function reach({ host, port }: { readonly host?: string; readonly port: number }, { dial }: ProbeTarget, signal: AbortSignal): Promise<Socket> {
  return host === undefined ? dial(port, { signal }) : dialDirectly(host, port, { signal });
}
