// GET /apis/v2beta1/runs/{run_id}/nodes/{node_id}/artifacts/{artifact_name}:read: the bytes of one output, as base64 in JSON.
import { isLogArtifact } from '../../api/mod.ts';
import type { Artifact, Task } from '../../records/mod.ts';
import type { Route, WebRequest, WebResponse } from '../../web/mod.ts';
import { kfpRoute, pathParameter, type KfpOptions } from './context.ts';
import { jsonResponse, refusal } from './refusal.ts';
import { quote } from './request-message.ts';
import { getNode, writtenLog } from './task-log.ts';

/** The whole artifact is in memory, and a third larger in the answer. */
const ARTIFACT_BYTES_MAX = 16 * 1024 * 1024;

export function nodeArtifactRoutes(options: KfpOptions): Route[] {
  const path = '/apis/v2beta1/runs/{run_id}/nodes/{node_id}/artifacts/{artifact_name}:read';
  return [kfpRoute('GET', path, (request) => readNodeArtifact(options, request))];
}

async function readNodeArtifact(options: KfpOptions, request: WebRequest): Promise<WebResponse> {
  const { records, blobs } = options;
  const task = getNode(records, request);
  const name = pathParameter(request, 'artifact_name');
  const artifact = outputNamed(records, task, name);
  if (LOG_NAMES.has(name) && (artifact === undefined || isLogArtifact(artifact))) return readLog(options, task, request);
  if (artifact === undefined) throw refusal('NotFound', `the task ${quote(task.name)} has no output artifact ${quote(name)}`);
  if (blobs === undefined) throw refusal('Unimplemented', 'this server keeps no artifacts');
  const entry = await blobs.stat(artifact.uri);
  if (entry === undefined) throw refusal('NotFound', `nothing is stored at ${quote(artifact.uri)}`);
  if (entry.isDirectory) throw refusal('FailedPrecondition', `the artifact ${quote(name)} is a directory`);
  if (entry.sizeBytes > ARTIFACT_BYTES_MAX) {
    throw refusal('FailedPrecondition', `the artifact ${quote(name)} has ${entry.sizeBytes} bytes; at most ${ARTIFACT_BYTES_MAX} can be read this way`);
  }
  const chunks: Buffer[] = [];
  const stream = await blobs.openRead(artifact.uri, '', { start: 0, end: ARTIFACT_BYTES_MAX - 1 });
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk); // A file stream without encoding.
  return jsonResponse({ data: Buffer.concat(chunks).toString('base64') });
}

/** Names under which launchers, and Argo before them, publish a step's log as an output artifact. */
const LOG_NAMES: ReadonlySet<string> = new Set(['executor-logs', 'main-logs']);

async function readLog({ records, logs }: KfpOptions, task: Task, { signal }: WebRequest): Promise<WebResponse> {
  if (logs === undefined) throw refusal('Unimplemented', 'this server keeps no logs');
  const chunks: Uint8Array[] = [];
  for await (const chunk of logs.read(writtenLog(records, task), { timestamps: false, limitBytes: ARTIFACT_BYTES_MAX, signal })) chunks.push(chunk);
  return jsonResponse({ data: Buffer.concat(chunks).toString('base64') });
}

function outputNamed(records: KfpOptions['records'], task: Task, name: string): Artifact | undefined {
  const [artifactId] = Object.hasOwn(task.outputs.artifacts, name) ? (task.outputs.artifacts[name] ?? []) : [];
  return artifactId === undefined ? undefined : records.artifact(artifactId);
}
