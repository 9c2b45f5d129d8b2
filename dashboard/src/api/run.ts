// One run with all its tasks, live. Events that come together are shown together, once per frame.
import { useEffect, useRef, useState } from 'react';
import { KFP, path, request } from './client.ts';
import { useEvents } from './events.ts';
import type { Run, RunSummary, Task, TaskProperties } from './messages.ts';

export type LiveRun =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'ready'; readonly run: Run; readonly tasks: ReadonlyMap<string, Task> };

interface Snapshot {
  readonly run: Run;
  readonly tasks?: readonly Task[];
}

export function useRun(runId: string): LiveRun {
  const [live, setLive] = useState<LiveRun>({ kind: 'loading' });
  const next = useRef<{ run: Run; tasks: Map<string, Task> }>(undefined);
  const frame = useRef(0);
  const show = () => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      if (next.current !== undefined) setLive({ kind: 'ready', run: next.current.run, tasks: new Map(next.current.tasks) });
    });
  };
  useEffect(() => {
    next.current = undefined;
    setLive({ kind: 'loading' });
    const abort = new AbortController();
    // An event stream that is refused does not say why; the run itself does.
    request(KFP + path`/runs/${runId}/tasks` + '?page_size=1', { signal: abort.signal }).catch((error: unknown) => {
      if (!abort.signal.aborted) setLive({ kind: 'failed', error });
    });
    return () => {
      abort.abort();
      cancelAnimationFrame(frame.current);
    };
  }, [runId]);
  useEvents(live.kind === 'deleted' ? undefined : KFP + path`/runs/${runId}/events`, {
    snapshot: ({ run, tasks = [] }: Snapshot) => {
      next.current = { run, tasks: new Map(tasks.map((task) => [task.task_id ?? '', task])) };
      show();
    },
    run: (run: RunSummary) => {
      if (next.current === undefined) return;
      next.current.run = { ...run, ...('pipeline_spec' in next.current.run ? { pipeline_spec: next.current.run.pipeline_spec } : {}) };
      show();
    },
    task: (task: Task) => {
      next.current?.tasks.set(task.task_id ?? '', task);
      show();
    },
    task_deleted: ({ task_id: taskId }: { task_id: string }) => {
      next.current?.tasks.delete(taskId);
      show();
    },
    deleted: () => {
      next.current = undefined;
      setLive({ kind: 'deleted' });
    },
  });
  return live;
}

export function propertiesOf(task: Task): TaskProperties {
  return task.status_metadata?.custom_properties ?? {};
}

/** What the pages show as the state of a task: also waiting and canceled, for which the API has no word. */
export function stateOf(task: Task): string {
  return propertiesOf(task).state ?? task.state ?? 'PENDING';
}
