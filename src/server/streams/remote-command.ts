// Carries the streams of a command between the container and the client, and says at the end how it ended.
import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type { ContainerSession, ExecEnd, JsonObject } from '../../base/mod.ts';
import type { RemoteStreams } from './remote-streams.ts';

/** What the client did not ask for is dropped, as by the kubelet: nobody would take it, and the command would wait for ever. */
export interface WantedOutputs {
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** Resolves when it is over. When the client goes away the command is killed. */
export async function carryCommand(session: ContainerSession, remote: RemoteStreams, wanted: WantedOutputs): Promise<void> {
  void remote.closed.then(() => session.close());
  remote.onResize(({ rows, columns }) => session.resize(rows, columns));
  // A command that reads no more is no error, and neither is a client that went away: `closed` tells of it.
  const quietly = (copying: Promise<void>) => copying.catch(() => undefined);
  if (remote.stdin !== undefined) void quietly(pipeline(remote.stdin, session.stdin));
  const outputs = (['stdout', 'stderr'] as const).map((name) => (wanted[name] ? quietly(pipeline(session[name], remote[name], { end: false })) : drain(session[name])));
  const end = await session.ended;
  await Promise.all(outputs);
  remote.finish(statusOf(end));
  session.close();
}

async function drain(output: Readable): Promise<void> {
  output.resume();
  await finished(output).catch(() => undefined);
}

/** As the kubelet says it; clients take the exit code from it. */
function statusOf(end: ExecEnd): JsonObject {
  if (end.kind === 'failed') return { metadata: {}, status: 'Failure', reason: 'InternalError', message: `error executing command in container: ${end.message}`, code: 500 };
  if (end.code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: error executing command, exit code ${end.code}`,
    details: { causes: [{ reason: 'ExitCode', message: String(end.code) }] },
  };
}
