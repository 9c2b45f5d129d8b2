// A kubelet without a node: logs of one line, commands that say what they are told, ports that answer the same.
import { PassThrough } from 'node:stream';
import { failureStatus, success, type ContainerSession, type ExecEnd, type Kubelet } from '../../../src/base/mod.ts';

const OPEN_PORT = 80;

export const echoKubelet: Kubelet = {
  readLog: async () => success(lines()),
  exec: async () => success(echoSession()),
  attach: async () => success(echoSession()),
  connect: async (_pod, port) => (port === OPEN_PORT ? success(new PassThrough()) : { ok: false, status: failureStatus('BadRequest', `nobody listens on port ${port}`) }),
};

async function* lines(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('a line\n');
}

function echoSession(): ContainerSession {
  const [echo, stderr] = [new PassThrough(), new PassThrough()];
  let end: (how: ExecEnd) => void = () => undefined;
  const ended = new Promise<ExecEnd>((resolve) => {
    end = resolve;
  });
  const close = (code: number) => {
    echo.destroy();
    stderr.destroy();
    end({ kind: 'exited', code });
  };
  echo.on('error', () => undefined).once('end', () => close(0));
  return { stdin: echo, stdout: echo, stderr, ended, resize: () => undefined, close: () => close(137) };
}
