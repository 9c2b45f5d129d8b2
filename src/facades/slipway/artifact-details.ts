// Artifacts as the pages show them, with their place in the runs:
//   GET /slipway/v1/artifacts                 newest first unless told otherwise; filters as in the pipelines API
//   GET /slipway/v1/artifacts:events          changes of this list, as in the pipelines API
//   GET /slipway/v1/artifacts/{artifact_id}   one, with the step that made it and the steps that used it
//   GET /slipway/v1/artifacts/{artifact_id}/events   the same as server-sent events: `details`, first at once, then whenever they differ
import type { Artifact, RecordReader, Task } from '../../records/mod.ts';
import type { Route } from '../../web/mod.ts';
import { collectChanges } from '../kfp/change-collector.ts';
import { kfpRoute } from '../kfp/context.ts';
import { eventStreamResponse, eventText, KEEPALIVE, KEEPALIVE_MS, type StreamCounter } from '../kfp/event-stream.ts';
import { listEventRoute } from '../kfp/list-events.ts';
import { ARTIFACT_FIELDS } from '../kfp/list-fields.ts';
import { LIST_PARAMETERS, listResponse, readListRequest } from '../kfp/list-request.ts';
import { readParameters } from '../kfp/query-parameters.ts';
import { jsonResponse } from '../kfp/refusal.ts';
import { timestamp } from '../kfp/timestamp.ts';
import type { ArtifactDetails, ArtifactStep, ListedArtifact } from './artifact-messages.ts';
import { requestedArtifact, ROOT_PATH, type SlipwayOptions } from './context.ts';

/** Steps that are named; more are cut off. */
const USER_COUNT_MAX = 200;

export function artifactDetailsRoutes(options: SlipwayOptions, streams: StreamCounter): Route[] {
  const { records } = options;
  const path = `${ROOT_PATH}/artifacts`;
  return [
    kfpRoute('GET', path, ({ query }) => {
      const parameters = readParameters(query, LIST_PARAMETERS);
      const sorted = parameters.sort_by === undefined && parameters.page_token === undefined ? { ...parameters, sort_by: 'created_at desc' } : parameters;
      const request = readListRequest('artifacts', sorted, ARTIFACT_FIELDS, {});
      const origins = rememberOrigins({ run: (id) => records.run(id), task: (id) => records.task(id) });
      return listResponse('artifacts', request, records.artifacts(request.query), (artifact) => listedArtifact(origins, artifact));
    }),
    listEventRoute(options, streams, `${path}:events`, {
      table: 'artifacts',
      idField: 'artifact_id',
      message: (_records, id) => {
        const artifact = records.artifact(id);
        return artifact && { isListed: true, body: listedArtifact(records, artifact) };
      },
    }),
    kfpRoute('GET', `${path}/{artifact_id}`, (request) => jsonResponse(artifactDetails(records, requestedArtifact(records, request)))),
    kfpRoute('GET', `${path}/{artifact_id}/events`, (request) => {
      const { artifactId } = requestedArtifact(records, request);
      streams.check();
      return eventStreamResponse(streams.counted(detailsEvents(options, artifactId, request.signal)));
    }),
  ];
}

/** Steps of a large run end many times in a second: the artifact is looked at once in this time. */
const LOOK_PERIOD_MS = 250;

async function* detailsEvents(options: SlipwayOptions, artifactId: string, signal: AbortSignal): AsyncGenerator<string> {
  const { records, clock } = options;
  const isUse = (taskId: string) => Object.values(records.task(taskId)?.inputs.artifacts ?? {}).some((ids) => ids.includes(artifactId));
  const collector = collectChanges(options, ({ table, id }) => (table === 'artifacts' ? id === artifactId : table === 'tasks' && isUse(id)), signal);
  try {
    let last = '';
    for (let isQuiet = false; !signal.aborted; isQuiet = (await collector.next(KEEPALIVE_MS)).kind === 'quiet') {
      const artifact = records.artifact(artifactId);
      if (artifact === undefined) return;
      const text = eventText('details', artifactDetails(records, artifact));
      if (text !== last) yield text;
      else if (isQuiet) yield KEEPALIVE;
      last = text;
      // An abort only ends the waiting: the loop ends by itself.
      await clock.sleep(LOOK_PERIOD_MS, { signal }).catch(() => undefined);
    }
  } finally {
    collector.close();
  }
}

type Origins = Pick<RecordReader, 'run' | 'task'>;

/** A page of artifacts comes from a few runs and steps: each is read once. */
function rememberOrigins({ run, task }: Origins): Origins {
  return { run: remembered(run), task: remembered(task) };
}

function remembered<T>(read: (id: string) => T): (id: string) => T {
  const known = new Map<string, T>();
  return (id) => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const value = read(id);
    known.set(id, value);
    return value;
  };
}

function listedArtifact(records: Origins, artifact: Artifact): ListedArtifact {
  const { runId, producerTaskId, producerKey, sizeBytes } = artifact;
  const run = runId === undefined ? undefined : records.run(runId);
  const task = producerTaskId === undefined ? undefined : records.task(producerTaskId);
  return {
    artifact_id: artifact.artifactId,
    name: artifact.name === '' ? (producerKey ?? '') : artifact.name,
    type: artifact.type,
    uri: artifact.uri,
    created_at: timestamp(artifact.createdAtMs),
    ...(sizeBytes === undefined ? {} : { size_bytes: sizeBytes }),
    ...(runId === undefined ? {} : { run_id: runId }),
    ...(run === undefined ? {} : { run_name: run.displayName }),
    ...(task === undefined ? {} : { producer: stepOf(task, producerKey ?? '') }),
  };
}

function artifactDetails(records: RecordReader, artifact: Artifact): ArtifactDetails {
  const users = records.tasksUsingArtifact(artifact.artifactId, USER_COUNT_MAX + 1);
  return {
    ...listedArtifact(records, artifact),
    schema_version: artifact.schemaVersion,
    metadata: artifact.metadata,
    users: users.slice(0, USER_COUNT_MAX).map((task) => ({
      ...stepOf(task, inputKeyOf(task, artifact.artifactId)),
      run_name: records.run(task.runId)?.displayName ?? '',
    })),
    has_more_users: users.length > USER_COUNT_MAX,
  };
}

function stepOf(task: Task, key: string): ArtifactStep {
  return { run_id: task.runId, task_id: task.taskId, task_name: task.displayName || task.name, scope_path: task.path, state: task.state, key };
}

function inputKeyOf({ inputs }: Task, artifactId: string): string {
  return Object.entries(inputs.artifacts).find(([, ids]) => ids.includes(artifactId))?.[0] ?? '';
}
