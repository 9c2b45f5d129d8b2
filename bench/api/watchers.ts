// A process with many open watches, which notes when each revision arrives, and looks at nothing else.
import { headOf, monotonicMs, openConnection, type Target } from './raw-connection.ts';

export interface WatchersTask extends Target {
  readonly path: string;
  readonly watchers: number;
  /** Events that each of them shall see; the report comes when all have, or at the deadline. */
  readonly count: number;
  readonly timeoutMs: number;
}

export interface WatchersReport {
  readonly revisions: readonly number[];
  /** Of the same index. */
  readonly atMs: readonly number[];
  /** Of all watchers, without TLS. */
  readonly bytes: number;
}

process.on('message', (task: WatchersTask) => void watch(task));

async function watch(task: WatchersTask): Promise<void> {
  const [revisions, atMs]: [number[], number[]] = [[], []];
  let bytes = 0;
  const wanted = task.watchers * task.count;
  const report = () => process.send!({ revisions, atMs, bytes } satisfies WatchersReport, () => process.exit());
  for (let index = 0; index < task.watchers; index++) {
    const socket = await openConnection(task);
    let rest = '';
    socket.write(headOf(task, 'GET', task.path));
    socket.on('data', (chunk: string) => {
      const now = monotonicMs();
      bytes += chunk.length;
      const text = rest + chunk;
      let from = 0;
      for (let end = text.indexOf('\n', from); end >= 0; end = text.indexOf('\n', from)) {
        const at = text.indexOf(MARK, from);
        if (at >= 0 && at < end) {
          revisions.push(Number.parseInt(text.slice(at + MARK.length, at + MARK.length + 12), 10));
          atMs.push(now);
        }
        from = end + 1;
      }
      rest = text.slice(from);
      if (revisions.length === wanted) report();
    });
  }
  setTimeout(report, task.timeoutMs);
  process.send!('open');
}

const MARK = '"resourceVersion":"';
