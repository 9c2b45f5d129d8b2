// A process that creates ConfigMaps at a steady rate, whatever the answers take, over a few connections.
import { headOf, monotonicMs, onAnswers, openConnection, type Target } from './raw-connection.ts';

export interface WriterTask extends Target {
  readonly path: string;
  readonly count: number;
  readonly perSecond: number;
  readonly connections: number;
}

/** By revision: when the write was due, so that what waits for a free connection is counted, too; when its answer came. */
export interface WriterReport {
  readonly writes: readonly { readonly revision: number; readonly dueMs: number; readonly answeredMs: number }[];
  readonly elapsedMs: number;
}

process.once('message', (task: WriterTask) => {
  void write(task).then((report) => process.send!(report, () => process.disconnect()));
});

async function write(task: WriterTask): Promise<WriterReport> {
  const writes: { revision: number; dueMs: number; answeredMs: number }[] = [];
  const idle: ((name: string, dueMs: number) => void)[] = [];
  const waiting: { readonly name: string; readonly dueMs: number }[] = [];
  const next = () => {
    while (idle.length > 0 && waiting.length > 0) {
      const { name, dueMs } = waiting.shift()!;
      idle.pop()!(name, dueMs);
    }
  };
  for (let index = 0; index < task.connections; index++) {
    const socket = await openConnection(task);
    let sentMs = 0;
    const send = (name: string, dueMs: number) => {
      sentMs = dueMs;
      const body = JSON.stringify({ metadata: { name, labels: { app: 'bench', fan: 'yes' } }, data: { settings: 'x'.repeat(200) } });
      socket.write(headOf(task, 'POST', task.path, body));
    };
    onAnswers(socket, (text) => {
      if (!text.startsWith('HTTP/1.1 201')) throw new Error(`the server answered ${text.slice(0, 200)}`);
      writes.push({ revision: Number(/"resourceVersion":"(\d+)"/.exec(text)![1]), dueMs: sentMs, answeredMs: monotonicMs() });
      idle.push(send);
      next();
    });
    idle.push(send);
  }
  const beganMs = monotonicMs();
  for (let sent = 0; writes.length < task.count; ) {
    const due = Math.min(task.count, Math.floor(((monotonicMs() - beganMs) / 1000) * task.perSecond));
    for (; sent < due; sent++) waiting.push({ name: `event-${sent}`, dueMs: beganMs + (sent / task.perSecond) * 1000 });
    next();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return { writes, elapsedMs: monotonicMs() - beganMs };
}
