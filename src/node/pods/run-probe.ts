// One check of a probe: a command in the container, an HTTP request, a connection, a gRPC health check.
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import { describeError, Failure, type Clock } from '../../base/mod.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import { checkHealth } from './grpc-health.ts';
import type { ProbeCheck, ProbeSpec } from './probe-spec.ts';

export interface ProbeTarget {
  readonly runtime: Runtime;
  /** The runtime's name of the running container. */
  readonly containerId: string;
  readonly addressIp: string;
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
      return connectOnce(wanted.host ?? target.addressIp, wanted.port, signal);
    case 'grpc':
      return checkHealth({ host: target.addressIp, port: wanted.port, service: wanted.service }, signal);
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

function fetchStatus(wanted: Extract<ProbeCheck, { kind: 'http' }>, { addressIp }: ProbeTarget, signal: AbortSignal): Promise<void> {
  const { port, path, headers, isTls } = wanted;
  const options = { host: wanted.host ?? addressIp, port, path, headers: { 'user-agent': 'kube-probe/1.32', ...headers }, agent: false as const, signal, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const onResponse = (response: IncomingMessage) => {
      const { statusCode = 0 } = response;
      response.destroy();
      if (statusCode >= 200 && statusCode < 400) resolve();
      else reject(new Failure('ProbeFailed', `HTTP probe failed with statuscode: ${statusCode}`));
    };
    const request = isTls ? requestHttps(options, onResponse) : requestHttp(options, onResponse);
    request.on('error', reject).end();
  });
}

function connectOnce(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
