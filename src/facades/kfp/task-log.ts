// Logs of tasks as text (task-log-search.ts finds lines in them): GET /apis/v2beta1/runs/{run_id}/tasks/{task_id}/log and, under the name of old clients,
// /apis/v1alpha1/runs/{run_id}/nodes/{node_id}/log, where a node is a task or its Pod. With `follow=true` the text goes on
// until the task has ended, over all its attempts; with `try=2` it is that of the second try.
import { STEP_CONTAINER } from '../../api/mod.ts';
import type { LogKey, LogReadOptions, Logs } from '../../logs/mod.ts';
import { hasTaskEnded, type EarlierPod, type RecordReader, type Task } from '../../records/mod.ts';
import type { Route, WebRequest, WebResponse } from '../../web/mod.ts';
import { collectChanges } from './change-collector.ts';
import { kfpRoute, pathParameter, type KfpOptions } from './context.ts';
import { KEEPALIVE_MS, type StreamCounter } from './event-stream.ts';
import { readBoolean, readCount, readParameters } from './query-parameters.ts';
import { refusal } from './refusal.ts';
import { quote } from './request-message.ts';
import { getSnapshot } from './runs.ts';
import { getTask } from './tasks.ts';

export function taskLogRoutes(options: KfpOptions, streams: StreamCounter): Route[] {
  const { records } = options;
  return [
    kfpRoute('GET', '/apis/v2beta1/runs/{run_id}/tasks/{task_id}/log', (request) =>
      logResponse(options, streams, request, getTask(records, pathParameter(request, 'run_id'), pathParameter(request, 'task_id'))),
    ),
    kfpRoute('GET', '/apis/v1alpha1/runs/{run_id}/nodes/{node_id}/log', (request) => {
      const task = getNode(records, request);
      const earlier = task.earlierPods?.find(({ name }) => name === pathParameter(request, 'node_id'));
      return logResponse(options, streams, request, task, earlier?.number);
    }),
  ];
}

/** A task by its id or by the name of one of its Pods. */
export function getNode(records: RecordReader, request: WebRequest): Task {
  const nodeId = pathParameter(request, 'node_id');
  const { run, tasks } = getSnapshot(records, pathParameter(request, 'run_id'));
  const task = tasks.find(({ taskId, podName, earlierPods = [] }) => taskId === nodeId || podName === nodeId || earlierPods.some(({ name }) => name === nodeId));
  if (task === undefined) throw refusal('NotFound', `there is no node ${quote(nodeId)} in the run ${quote(run.runId)}`);
  return task;
}

function logResponse(options: KfpOptions, streams: StreamCounter, request: WebRequest, task: Task, podNumber?: number): WebResponse {
  const { logs, records } = options;
  if (logs === undefined) throw refusal('Unimplemented', 'this server keeps no logs');
  const parameters = readParameters(request.query, ['follow', 'timestamps', 'tail_lines', 'limit_bytes', 'try']);
  const wantedTry = readCount('try', parameters.try) ?? podNumber;
  const tailLines = readCount('tail_lines', parameters.tail_lines);
  const limitBytes = readCount('limit_bytes', parameters.limit_bytes);
  const reading: LogReadOptions = {
    timestamps: readBoolean('timestamps', parameters.timestamps),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    signal: request.signal,
  };
  streams.check();
  const isFollowed = readBoolean('follow', parameters.follow) && wantedTry === undefined;
  const text = isFollowed ? followedLog(options, logs, task.taskId, reading) : logs.read(writtenLog(records, task, wantedTry), reading);
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
  return { status: 200, headers, body: streams.counted(text), isLive: true };
}

/** Of the try with this number, or of the newest. */
export function writtenLog(records: RecordReader, task: Task, wantedTry?: number): LogKey {
  const key = wantedTry === undefined ? logKeyOf(records, task) : logKeyOfTry(task, wantedTry);
  if (key !== undefined) return key;
  const started = podsOf(task).map(({ number }) => number);
  if (started.length > 0) throw refusal('NotFound', `the task ${quote(task.name)} has no log of try ${wantedTry}: there are those of ${started.join(', ')}`);
  throw refusal('NotFound', `the task ${quote(task.name)} has no log: it is ${task.state} and has not started a Pod`);
}

/** Of the newest Pod of the task that did the work: the task itself, or the one whose results it reuses. */
function logKeyOf(records: RecordReader, task: Task): LogKey | undefined {
  const worker = task.cachedFromTaskId === undefined ? task : records.task(task.cachedFromTaskId);
  return keyOf(worker && podsOf(worker).at(-1));
}

function logKeyOfTry(task: Task, wantedTry: number): LogKey | undefined {
  return keyOf(podsOf(task).find(({ number }) => number === wantedTry));
}

/** Those that ran, in their order. */
function podsOf({ earlierPods = [], podName, podUid }: Task): readonly EarlierPod[] {
  if (podName === undefined || podUid === undefined) return earlierPods;
  return [...earlierPods, { number: (earlierPods.at(-1)?.number ?? 0) + 1, name: podName, uid: podUid }];
}

function keyOf(pod: EarlierPod | undefined): LogKey | undefined {
  return pod && { podUid: pod.uid, container: STEP_CONTAINER, restart: 0 };
}

/** One log after the other, as the task gets a Pod for each attempt; ends with the task, or with the signal. */
async function* followedLog(options: KfpOptions, logs: Logs, taskId: string, reading: LogReadOptions): AsyncGenerator<Uint8Array> {
  const { records } = options;
  const signal = reading.signal ?? new AbortController().signal;
  const collector = collectChanges(options, (change) => change.table === 'tasks' && change.id === taskId, signal);
  const isOver = () => hasTaskEnded(records.task(taskId)?.state ?? 'CANCELED');
  const shownPodUids = new Set<string>();
  try {
    while (!signal.aborted) {
      const task = records.task(taskId);
      const key = task && logKeyOf(records, task);
      if (key !== undefined && !shownPodUids.has(key.podUid)) {
        shownPodUids.add(key.podUid);
        const isEnded = () => isOver() || records.task(taskId)?.podUid !== key.podUid;
        yield* logs.read(key, { ...reading, follow: true, isEnded });
      } else if (isOver()) {
        return;
      } else {
        await collector.next(KEEPALIVE_MS);
      }
    }
  } finally {
    collector.close();
  }
}
